// TaskSignalReader: which signals wait for a task, which it blocks, and what it does with them.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Tasks;

/// <summary>Reads sets of signals (one word of 64 bits, as all but MIPS have) and the handlers that threads share. Never throws on data.</summary>
public sealed class TaskSignalReader(KernelObjects objects)
{
    /// <summary>Signals that wait for this thread alone.</summary>
    public MemberValue ReadPending(VirtAddr task) => ReadSet(MemberOf(task, "pending.signal"), "task_struct.pending");

    /// <summary>Signals that wait for any thread of its process.</summary>
    public MemberValue ReadSharedPending(VirtAddr task) =>
        objects.ReadMember(task, "task_struct", "signal") is { Pointer: { } signal }
            ? ReadSet(objects.FindAddress(signal, "signal_struct", "shared_pending.signal"), "signal_struct.shared_pending")
            : MemberValue.Absent(objects.ReadMember(task, "task_struct", "signal").PointerReason);

    public MemberValue ReadBlocked(VirtAddr task) => ReadSet(MemberOf(task, "blocked"), "task_struct.blocked");

    /// <summary>The signals that are ignored or handled; the others do what they do by default.</summary>
    /// <param name="task">Address of the task_struct.</param>
    /// <param name="problem">Why they are not known; null when they are.</param>
    public IReadOnlyList<SignalAction> ReadActions(VirtAddr task, out string? problem)
    {
        MemberValue handlers = objects.ReadMember(task, "task_struct", "sighand");
        problem = handlers.Pointer is null ? handlers.Bits == 0 ? "a task that ends gives its handlers back" : handlers.Reason : null;
        if (handlers.Pointer is not { } table || objects.FindAddress(table, "sighand_struct", "action") is not { } first
            || objects.Types.FindSize("k_sigaction") is not { } size)
        {
            problem ??= "the layout of sighand_struct is not known";
            return [];
        }

        var actions = new List<SignalAction>();
        for (int number = 1; number <= SignalNames.Count; number++)
        {
            VirtAddr at = first + ((ulong)(number - 1) * (ulong)size);
            MemberValue handler = objects.ReadMember(at, "k_sigaction", "sa.sa_handler");
            if (handler.Bits is null)
            {
                problem ??= "the handlers are not all known: " + handler.Reason;
            }

            if (handler.Bits is not (null or 0))
            {
                MemberValue mask = ReadSet(objects.FindAddress(at, "k_sigaction", "sa.sa_mask"), "sigaction.sa_mask");
                actions.Add(new SignalAction(number, handler, objects.ReadMember(at, "k_sigaction", "sa.sa_flags"), mask));
            }
        }

        return actions;
    }

    private VirtAddr? MemberOf(VirtAddr task, string path) => objects.FindAddress(task, "task_struct", path);

    private MemberValue ReadSet(VirtAddr? at, string what)
    {
        if (at is not { } address)
        {
            return MemberValue.Absent("this kernel has no " + what);
        }

        ReadOutcome outcome = objects.Reader.ReadUInt(address, 8, out ulong bits);
        return outcome.IsOk ? new MemberValue(bits, unchecked((long)bits), "") : MemberValue.Absent(outcome.ToString());
    }
}
