// RcuPage: RCU's grace period and who holds it up.
using System.Globalization;
using VaQuest.Binary;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Rcu;
using VaQuest.Kernel.Time;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>`vaquest rcu`: the state, the CPUs and tasks that it waits for, and callbacks that wait.</summary>
internal static class RcuPage
{
    private static readonly Column[] s_nodeColumns =
    [
        new("level", "level", IsRight: true), new("firstCpu", "CPUs from", IsRight: true), new("lastCpu", "to", IsRight: true), new("qsmask", "qsmask", IsRight: true),
        new("expmask", "expmask", IsRight: true), new("waitsForCpus", "waits for CPUs"), new("blockedTasks", "waits for tasks"), new("address", "struct rcu_node"),
    ];

    private static readonly Column[] s_cpuColumns =
    [
        new("cpu", "CPU", IsRight: true), new("gracePeriod", "gp_seq", IsRight: true), new("holdsUp", "holds it up"), new("callbacks", "callbacks", IsRight: true),
        new("current", "current"), new("address", "struct rcu_data"),
    ];

    public static PageSource Source { get; } = new("rcu", "RCU: the grace period, the CPUs and tasks that hold it up, callbacks that wait.", null, false, Read);

    private static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        var reader = new RcuReader(context.Kernel);
        if (reader.State(out string? missing) is not { } state)
        {
            throw new DumpFormatException(FormatError.BadValue, $"{context.Kernel.Dump.Path}: {missing}");
        }

        var notes = new List<string?>();
        IReadOnlyList<ObjectView> nodes = reader.Nodes(state);
        var waited = nodes.SelectMany(reader.WaitedFor).ToHashSet();
        return new Page("rcu", "RCU at the crash", [
            StateTable(context, reader, state),
            new Table("nodes", "Nodes", s_nodeColumns, [.. nodes.Select(node => RowOf(context, reader, node, notes))]) { Notes = Cells.Notes([.. notes]) },
            new Table("cpus", "CPUs", s_cpuColumns, [.. context.Kernel.Cpus.Possible.Select(cpu => RowOf(context, reader, cpu, waited))]),
        ]);
    }

    /// <summary>gp_seq as stall reports print it (g=): it begins below zero, counts in fours, and its low two bits say that a grace period goes on.</summary>
    private static Table StateTable(PageContext context, RcuReader reader, ObjectView state)
    {
        KernelClock clock = KernelClock.Read(context.Kernel);
        long? sequence = state.Int("gp_seq");
        return Table.Record("state", "State", [
            ("flavour", "flavour", Cell.Of(state.TextBehind(32, "name"), state.Why("name"))),
            ("gracePeriod", "gp_seq", sequence is { } number ? Cell.Of(number) : Cell.Absent(state.Why("gp_seq"))),
            ("isGoingOn", "going on", sequence is { } bits ? Cell.Flag((bits & 3) != 0) : Cell.Absent(state.Why("gp_seq"))),
            ("startedSeconds", "started, s before the crash", Cell.Of(Ago(clock, state.UInt("gp_start")), state.Why("gp_start"))),
            ("activeSeconds", "thread last active, s before", Cell.Of(Ago(clock, state.UInt("gp_activity")), state.Why("gp_activity"))),
            ("thread", "thread", Cells.Task(context.Kernel, state.Pointer("gp_kthread"), state.Why("gp_kthread"))),
            ("threadState", "its state", Cell.Of(reader.StateName(state), state.Why("gp_state"))),
            ("expedited", "expedited sequence", Cells.UInt(state, "expedited_sequence")),
            ("address", "struct rcu_state", Cell.Address(state.Address, "", "struct rcu_state")),
        ]);
    }

    private static IReadOnlyList<Cell> RowOf(PageContext context, RcuReader reader, ObjectView node, List<string?> notes)
    {
        IReadOnlyList<VirtAddr> blocked = reader.BlockedTasks(node, out string? damage);
        notes.Add(damage);
        return
        [
            Cells.UInt(node, "level"), Cells.Int(node, "grplo"), Cells.Int(node, "grphi"), Cell.Hex(node.UInt("qsmask"), node.Why("qsmask")),
            Cell.Hex(node.UInt("expmask"), node.Why("expmask")), Cell.List([.. reader.WaitedFor(node).Select(cpu => Cell.Of((long)cpu))]),
            Cell.List([.. blocked.Select(task => Cells.Task(context.Kernel, task, ""))]), Cell.Address(node.Address, "", "struct rcu_node"),
        ];
    }

    private static IReadOnlyList<Cell> RowOf(PageContext context, RcuReader reader, int cpu, HashSet<int> waited)
    {
        const string NoData = "its rcu_data is not in the dump";
        ObjectView? data = reader.DataOf(cpu);
        var task = context.Kernel.Tasks.FindOnCpu(cpu);
        return
        [
            Cell.Of((long)cpu), Cell.Of(data?.Int("gp_seq"), data?.Why("gp_seq") ?? NoData), Cell.Flag(waited.Contains(cpu)),
            Cell.Of(data?.Int("cblist.len.counter", "cblist.len"), data?.Why("cblist.len") ?? NoData),
            task is null ? Cell.Absent("not known") : Cells.Task(task), Cell.Address(data?.Address, NoData, "struct rcu_data"),
        ];
    }

    private static string? Ago(KernelClock clock, ulong? jiffies) =>
        jiffies is { } time && clock.SecondsTo(time) is { } seconds ? (-seconds).ToString("0.000", CultureInfo.InvariantCulture) : null;
}
