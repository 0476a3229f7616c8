// CompletionOwners: who is to complete a completion, in the cases where the kernel's structures tell.
using VaQuest.Binary;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel;
using VaQuest.Kernel.Locks;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Diagnosis.Explain.Waits;

/// <summary>A completion has no owner. That of a flush, of a thread that is stopped and of a vfork is part of something that leads to one.</summary>
internal sealed class CompletionOwners(LinuxKernel kernel, KernelLocks locks)
{
    private static readonly string[] s_threadCompletions = ["exited", "parked"];

    /// <summary>The holders, what is waited for in better words (or null), and why there are none (or null for the usual reason).</summary>
    public (IReadOnlyList<WaitHolder> Holders, string? What, string? NoHolder) Find(VirtAddr completion)
    {
        if (locks.Workqueues.Find(completion) is { } flush)
        {
            return OfFlush(flush);
        }

        ulong? vfork = kernel.Types.FindOffset("task_struct", "vfork_done");
        foreach (KernelTask task in kernel.Tasks.All)
        {
            if (vfork is { } offset && task.Pid != 0 && kernel.Reader.FindPointer(task.Address + offset) is { } done && done == completion)
            {
                return ([new WaitHolder(task, true, "its task_struct.vfork_done is that completion")], task.IsKernelThread ? "a kernel thread to end" : "a child of vfork to go on", null);
            }

            if (task.IsKernelThread && kernel.Objects.FindPointer(task.Address, "task_struct", "worker_private", "set_child_tid") is { } thread)
            {
                foreach (string member in s_threadCompletions)
                {
                    if (kernel.Types.FindOffset("kthread", member) is { } at && thread + at == completion)
                    {
                        return ([new WaitHolder(task, true, $"the completion is kthread.{member} of that thread")], member == "exited" ? "a kernel thread to end" : "a kernel thread to park", null);
                    }
                }
            }
        }

        return ([], null, null);
    }

    private (IReadOnlyList<WaitHolder> Holders, string? What, string? NoHolder) OfFlush(FlushWait flush)
    {
        var holders = new List<WaitHolder>();
        string? item = null;
        foreach (BusyWorker worker in flush.Workers)
        {
            if (kernel.Tasks.FindByAddress(worker.Task) is { } task)
            {
                string function = worker.Function is { } at && kernel.Symbols.FindAt(at) is { } hit ? DumpText.Escape(hit.Symbol.Name) : "an unknown function";
                item ??= function;
                holders.Add(new WaitHolder(task, flush.IsRunning, flush.Queue is null && flush.IsRunning ? flush.How : $"{flush.How} ({function})"));
            }
        }

        string what = flush.Queue is { } queue ? $"all items of the workqueue {DumpText.Escape(queue)}" : flush.IsRunning && item is not null ? $"the work item {item}" : "a work item that is queued";
        return (holders, what, holders.Count > 0 ? null : flush.How);
    }
}
