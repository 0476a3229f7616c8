// StacksText: the document that lists the tasks inside a function.
using System.Globalization;
using System.Text;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Lsp.Server.Documents;

/// <summary>One line per task: who it is, and the frame.</summary>
internal static class StacksText
{
    public static AnnotatedText Render(ICrashSession session, string function, CancellationToken cancellation)
    {
        IReadOnlyList<StackReference> hits = session.FindTasksIn(function, cancellation);
        var text = new StringBuilder();
        var spans = new List<TextSpan>();
        string title = $"Tasks in {function}";
        spans.Add(new TextSpan(0, title.Length, SpanKind.Heading, null));
        text.Append(title).Append('\n');
        if (hits.Count == 0)
        {
            text.Append("No stack of this dump contains it.\n");
        }

        foreach (StackReference hit in hits)
        {
            AppendHit(text, spans, hit, function);
        }

        int lastLine = Math.Max(0, hits.Count);
        return new AnnotatedText(
            text.ToString(), spans, [new TextSection(title, $"{hits.Count} stacks", SectionKind.Stack, 0, lastLine, 0)]);
    }

    private static void AppendHit(StringBuilder text, List<TextSpan> spans, StackReference hit, string function)
    {
        int lineStart = text.Length;
        text.Append("  ");
        int start = text.Length;
        text.Append(hit.Task is { } task
            ? string.Create(CultureInfo.InvariantCulture, $"{task.Pid,7} {task.Comm,-16} {task.State}")
            : "      - (no task)        ");
        spans.Add(new TextSpan(start, text.Length - start, SpanKind.Task, new SpanTarget { Pid = hit.Task?.Pid, Address = hit.Task?.Address }));
        text.Append(hit.Cpu is { } cpu ? string.Create(CultureInfo.InvariantCulture, $"  CPU {cpu,-3}") : "         ");

        StackFrame frame = hit.Frame;
        var target = new SpanTarget
        {
            Address = frame.Pc,
            IsReturnAddress = frame.IsReturnAddress,
            Symbol = frame.Function ?? function,
            Offset = frame.Offset,
            Size = frame.FunctionSize,
            Module = frame.Module,
            Source = frame.Source,
        };
        start = text.Length;
        text.Append(frame.Function ?? function);
        spans.Add(new TextSpan(start, text.Length - start, SpanKind.Function, target));
        if (frame.Offset is { } offset)
        {
            text.Append(CultureInfo.InvariantCulture, $"+0x{offset:x}/0x{frame.FunctionSize ?? 0:x}");
        }

        if (frame.Module is { } module)
        {
            text.Append(" [").Append(module).Append(']');
        }

        spans.Add(new TextSpan(lineStart, text.Length - lineStart, SpanKind.Frame, target));
        text.Append('\n');
    }
}
