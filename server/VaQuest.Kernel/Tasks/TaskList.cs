// TaskList: all threads of the crashed kernel.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Tasks;

/// <summary>The tasks that were found, in the order of the kernel's list: idle tasks first, then each process with its threads.</summary>
public sealed class TaskList
{
    private readonly AddressMap _byAddress = new();
    private readonly AddressMap _byPid = new();
    private readonly AddressMap _onCpu = new();

    public TaskList(IReadOnlyList<KernelTask> tasks, IReadOnlyList<string> warnings, string? missing)
    {
        All = tasks;
        Warnings = warnings;
        Missing = missing;
        for (int i = 0; i < tasks.Count; i++)
        {
            KernelTask task = tasks[i];
            _byAddress.TryAdd(task.Address.Value, i);
            if (task.Pid != 0)
            {
                _byPid.TryAdd(unchecked((uint)task.Pid), i);
            }

            if (task is { IsOnCpu: true, Cpu: { } cpu })
            {
                _onCpu.TryAdd((uint)cpu, i);
            }
        }
    }

    public IReadOnlyList<KernelTask> All { get; }

    /// <summary>What could not be read, one sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Why there are no tasks at all, or null.</summary>
    public string? Missing { get; }

    public KernelTask? FindByAddress(VirtAddr address) => At(_byAddress.Find(address.Value));

    /// <summary>The task with this thread id (0 is every idle task, so it finds none).</summary>
    public KernelTask? FindByPid(int pid) => At(_byPid.Find(unchecked((uint)pid)));

    /// <summary>The task that a CPU was executing.</summary>
    public KernelTask? FindOnCpu(int cpu) => At(_onCpu.Find(unchecked((uint)cpu)));

    /// <summary>The task whose kernel stack holds an address, given the size of stacks in bytes.</summary>
    public KernelTask? FindByStack(VirtAddr address, ulong stackBytes)
    {
        foreach (KernelTask task in All)
        {
            if (task.Stack is { } stack && address - stack < stackBytes)
            {
                return task;
            }
        }

        return null;
    }

    private KernelTask? At(int index) => index >= 0 ? All[index] : null;
}
