// TaskStackTable: a task's kernel stack as rows.
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Tasks;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Browse.Pages.Tasks;

/// <summary>Frames of `vaquest bt --pid`, innermost first.</summary>
internal static class TaskStackTable
{
    private static readonly Column[] s_columns =
    [
        new("index", "#", true), new("function", "FUNCTION"), new("offset", "OFFSET"), new("module", "MODULE"), new("source", "SOURCE"), new("proof", "KNOWN BY"),
        new("pc", ""),
    ];

    public static Table Of(PageContext context, KernelTask task)
    {
        StackTrace stack = context.Stacks.Expand(context.Kernel.Stacks.Unwind(task));
        string[] end = stack.IsComplete ? [] : [$"the stack ends here: {stack.EndReason}"];
        return new Table("frames", "Kernel stack", s_columns, [.. stack.Frames.Select(RowOf)]) { Notes = [.. stack.Warnings, .. end] };
    }

    private static Cell[] RowOf(StackFrame frame) =>
    [
        Cell.Of((long)frame.Index),
        Cell.Frame(frame),
        Cell.Of(FrameText.OffsetOf(frame)),
        Cell.Of(frame.Module ?? ""),
        Cell.Of(FrameText.SourceOf(frame.Source)),
        Cell.Of(frame.Kind switch { FrameKind.Inlined => "inlined", FrameKind.TailCall => "tail call", _ => FrameProofs.Short(frame.Proof) }),
        Cell.Hex(frame.Pc.Value),
    ];
}
