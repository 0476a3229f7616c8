// TaskSignals: the signals of a task.
using VaQuest.Kernel.Tasks;

namespace VaQuest.Diagnosis.Browse.Pages.Tasks;

/// <summary>What waits, what is blocked, what is ignored or handled.</summary>
internal static class TaskSignals
{
    public static Table SetsOf(PageContext context, KernelTask task)
    {
        var reader = new TaskSignalReader(context.Kernel.Objects);
        return Table.Record(
            "signals",
            "Signals",
            ("pending", "pending", MemberCells.Names(reader.ReadPending(task.Address), SignalNames.NamesOf)),
            ("sharedPending", "pending for the process", MemberCells.Names(reader.ReadSharedPending(task.Address), SignalNames.NamesOf)),
            ("blocked", "blocked", MemberCells.Names(reader.ReadBlocked(task.Address), SignalNames.NamesOf)),
            ("pendingBits", "", MemberCells.Hex(reader.ReadPending(task.Address))),
            ("sharedPendingBits", "", MemberCells.Hex(reader.ReadSharedPending(task.Address))),
            ("blockedBits", "", MemberCells.Hex(reader.ReadBlocked(task.Address))));
    }

    public static Table ActionsOf(PageContext context, KernelTask task)
    {
        IReadOnlyList<SignalAction> actions = new TaskSignalReader(context.Kernel.Objects).ReadActions(task.Address, out string? problem);
        return new Table(
            "handlers",
            "Signal handlers",
            [new("number", "NUMBER", true), new("signal", "SIGNAL"), new("ignored", "IGNORED"), new("handler", "HANDLER"), new("flags", "FLAGS"), new("mask", "BLOCKS")],
            [
                .. actions.Select(action => (IReadOnlyList<Cell>)
                [
                    Cell.Of((long)action.Number),
                    Cell.Of(SignalNames.NameOf(action.Number)),
                    Cell.Mark(action.IsIgnored, "ignored"),
                    action.IsIgnored ? Cell.None("it is ignored") : MemberCells.Hex(action.Handler),
                    MemberCells.Names(action.Flags, SignalNames.ActionFlagsOf),
                    MemberCells.Names(action.Mask, SignalNames.NamesOf),
                ]),
            ]) { Notes = problem is null ? [] : [problem] };
    }
}
