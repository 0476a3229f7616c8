// IrqsPage: interrupts, hard and soft.
using VaQuest.Binary;
using VaQuest.Kernel.Irq;
using VaQuest.Kernel.Objects;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>`vaquest irqs`: what /proc/interrupts and /proc/softirqs would have shown, with the functions that handle them.</summary>
internal static class IrqsPage
{
    private const string NotInDump = "not in the dump";

    private static readonly Column[] s_lineColumns =
    [
        new("irq", "irq", IsRight: true), new("total", "count", IsRight: true), new("counts", "by CPU"), new("chip", "chip"), new("hwirq", "hwirq", IsRight: true),
        new("names", "name"), new("handlers", "handler"), new("threads", "thread"), new("affinity", "affinity"), new("depth", "depth", IsRight: true),
        new("unhandled", "unhandled", IsRight: true), new("address", "struct irq_desc"),
    ];

    private static readonly Column[] s_countColumns = [new("name", "name"), new("total", "count", IsRight: true), new("counts", "by CPU")];

    private static readonly Column[] s_softColumns = [new("name", "name"), new("total", "count", IsRight: true), new("counts", "by CPU"), new("action", "function")];

    public static PageSource Source { get; } = new(
        "irqs", "Interrupts with handlers, controller, affinity and counts; soft interrupts.", null, false, Read);

    private static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        var reader = new InterruptReader(context.Kernel);
        IReadOnlyList<InterruptLine> lines = reader.Read(out string? damage, cancellation);
        InterruptLine[] used = [.. lines.Where(line => line.IsUsed)];
        string? unused = used.Length < lines.Count ? FormattableString.Invariant($"{lines.Count - used.Length} more have no handler and never came") : null;
        return new Page("irqs", "Interrupts at the crash", [
            new Table("interrupts", "Interrupts", s_lineColumns, [.. used.Select(line => RowOf(context, line))])
            {
                Notes = Cells.Notes([damage, .. used.Select(line => line.Damage), unused]),
            },
            new Table("architecture", "The architecture's own", s_countColumns, [.. reader.ReadArchitecture().Select(row => (IReadOnlyList<Cell>)
                [Cell.Of(row.Name), Total(row.Counts), Counts(row.Counts)])]),
            new Table("soft", "Soft interrupts", s_softColumns, [.. reader.ReadSoft().Select(row => (IReadOnlyList<Cell>)
                [Cell.Of(row.Name), Total(row.Counts), Counts(row.Counts), Cells.Symbol(context.Kernel, row.Action, "no function")])]),
        ]);
    }

    private static IReadOnlyList<Cell> RowOf(PageContext context, InterruptLine line)
    {
        ObjectView view = line.Object;
        return
        [
            Cell.Of(line.Number), Total(line.Counts), Counts(line.Counts), Cell.Of(line.Chip, "no chip"), Cells.UInt(view, "irq_data.hwirq"),
            Cell.List(line.Actions.Select(action => action.TextBehind(128, "name") ?? "?")),
            Cell.List([.. line.Actions.Select(action => Cells.Symbol(context.Kernel, action.Pointer("handler"), action.Why("handler")))]),
            Cell.List([.. line.Actions.Select(action => action.Pointer("thread")).OfType<VirtAddr>().Select(task => Cells.Task(context.Kernel, task, ""))]),
            Cell.Of(line.Affinity, NotInDump), Cells.UInt(view, "depth"), Cells.UInt(view, "irqs_unhandled"),
            Cell.Address(view.Address, "", "struct irq_desc"),
        ];
    }

    private static Cell Counts(IReadOnlyList<ulong?> counts) => Cell.List([.. counts.Select(count => Cell.Of(count, NotInDump))]);

    private static Cell Total(IReadOnlyList<ulong?> counts) => counts.Any(count => count is null)
        ? Cell.Absent("not of every CPU in the dump")
        : Cell.Of(counts.Aggregate(0UL, (sum, count) => sum + count!.Value));
}
