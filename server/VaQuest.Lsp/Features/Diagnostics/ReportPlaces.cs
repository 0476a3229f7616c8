// ReportPlaces: places in the report for what has no source file here.
using VaQuest.Diagnosis.Text;
using VaQuest.Lsp.Protocol;

namespace VaQuest.Lsp.Features.Diagnostics;

/// <summary>Finds the panic message and frames of a report.</summary>
internal sealed class ReportPlaces(string uri, AnnotatedText report)
{
    /// <summary>The panic message, or the report's first line.</summary>
    public Location OfPanic() => Find(span => span.Kind == SpanKind.Error) ?? Line(0);

    /// <summary>The line of a frame of the panic stack, which is the first one with that index.</summary>
    public Location OfFrame(int index) =>
        Find(span => span.Kind == SpanKind.Frame && span.Target?.FrameIndex == index) ?? OfPanic();

    /// <summary>The line of a rule's finding, or the panic message.</summary>
    public Location OfFinding(string rule) => Find(span => span.Kind == SpanKind.Finding && span.Target?.Rule == rule) ?? OfPanic();

    private Location? Find(Func<TextSpan, bool> matches)
    {
        foreach (TextSpan span in report.Spans)
        {
            if (matches(span))
            {
                (int line, int start) = report.PositionOf(span.Start);
                int end = report.OffsetOf(line, span.End - report.LineStart(line)) - report.LineStart(line);
                return new Location(uri, new TextRange(new Position(line, start), new Position(line, end)));
            }
        }

        return null;
    }

    private Location Line(int line) => new(uri, new TextRange(new Position(line, 0), new Position(line, 0)));
}
