// ReplacedReturns: finds the return addresses that kretprobes, rethooks and the function graph tracer keep for a task.
using VaQuest.Binary;

namespace VaQuest.Kernel.Unwind;

/// <summary>
/// Reads task_struct.rethooks (struct rethook_node, since 5.18), task_struct.kretprobe_instances (5.11 to 5.17) and task_struct.ret_stack (struct
/// ftrace_ret_stack): each notes where on the stack it replaced a return address, and by what (kernel/trace/rethook.c, kernel/kprobes.c,
/// kernel/trace/fgraph.c).
/// </summary>
internal sealed class ReplacedReturns(LinuxKernel kernel, VirtAddr? task) : IReplacedReturns
{
    private const int MaxNodes = 4096;

    /// <summary>The array has 50 entries of up to 48 bytes, since 6.11 it is one page of words.</summary>
    private const int RetStackBytes = 4096;

    private static readonly string[] s_hooks = ["arch_rethook_trampoline", "__kretprobe_trampoline", "kretprobe_trampoline"];

    private const string GraphTracer = "return_to_handler";

    /// <inheritdoc/>
    public ReplacedReturn? Find(ulong returnAddress, VirtAddr at)
    {
        if (Array.Find(s_hooks, name => IsAt(name, returnAddress)) is { } hook)
        {
            return new ReplacedReturn(hook, FindInList("rethooks.first", "rethook_node", "frame", at, returnAddress)
                ?? FindInList("kretprobe_instances.first", "kretprobe_instance", "fp", at, returnAddress));
        }

        return IsAt(GraphTracer, returnAddress) ? new ReplacedReturn(GraphTracer, FindInArray(at, returnAddress)) : null;
    }

    private bool IsAt(string symbol, ulong address) => kernel.Symbols.FindAddress(symbol) is { } start && start.Value == address;

    // Several probes of one function replace one another's: the last holds the kernel's own.
    private ulong? FindInList(string head, string tag, string place, VirtAddr at, ulong trampoline)
    {
        if (task is not { } owner || kernel.Objects.FindPointer(owner, "task_struct", head) is not { } next
            || kernel.Types.FindOffset(tag, "llist") is not { } link)
        {
            return null;
        }

        for (int i = 0; i < MaxNodes; i++)
        {
            VirtAddr node = next - link;
            if (kernel.Objects.FindUInt(node, tag, place) == at.Value && kernel.Objects.FindUInt(node, tag, "ret_addr") is { } original
                && original != trampoline)
            {
                return original;
            }

            if (kernel.Objects.FindPointer(node, tag, "llist.next") is not { } following)
            {
                return null;
            }

            next = following;
        }

        return null;
    }

    // An entry is found by the place it notes, wherever in the stack of entries it is: that holds for the array and for the words since 6.11.
    private ulong? FindInArray(VirtAddr at, ulong trampoline)
    {
        if (task is not { } owner || kernel.Objects.FindPointer(owner, "task_struct", "ret_stack") is not { } stack
            || kernel.Types.FindOffset("ftrace_ret_stack", "retp") is not { } place
            || kernel.Types.FindOffset("ftrace_ret_stack", "ret") is not { } value)
        {
            return null;
        }

        for (ulong offset = place; offset < RetStackBytes; offset += 8)
        {
            if (kernel.Reader.TryReadUInt64(stack + offset, out ulong word) && word == at.Value
                && kernel.Reader.TryReadUInt64(stack + (offset - place + value), out ulong original)
                && original != trampoline && kernel.Symbols.IsText(new VirtAddr(original)))
            {
                return original;
            }
        }

        return null;
    }
}
