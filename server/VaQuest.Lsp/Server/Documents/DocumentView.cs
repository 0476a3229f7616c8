// DocumentView: a document as the features see it.
using VaQuest.Diagnosis.Text;
using VaQuest.Lsp.Protocol;
using VaQuest.Lsp.Server.Dumps;

namespace VaQuest.Lsp.Server.Documents;

/// <summary>Annotated text with whoever knows its spans.</summary>
/// <param name="Uri">As clients know it.</param>
/// <param name="Text">The document at the time of the request.</param>
/// <param name="Lookup">Answers for its spans.</param>
/// <param name="Dump">The open dump it belongs to, or (for a text log) one of the same release; null when there is none.</param>
public sealed record DocumentView(string Uri, AnnotatedText Text, ITargetLookup Lookup, OpenDump? Dump)
{
    /// <summary>The spans at a position, the most specific first; on a frame's line at least the frame.</summary>
    public IReadOnlyList<TextSpan> SpansAt(Position position) => Text.SpansAt(Text.OffsetOf(position.Line, position.Character));

    public TextRange RangeOf(TextSpan span)
    {
        (int startLine, int startCharacter) = Text.PositionOf(span.Start);
        (int endLine, int endCharacter) = Text.PositionOf(span.End);
        return new TextRange(new Position(startLine, startCharacter), new Position(endLine, endCharacter));
    }

    /// <summary>The part of a frame's line that names the function, or the whole span.</summary>
    public TextRange NameRangeOf(TextSpan frame)
    {
        int line = Text.PositionOf(frame.Start).Line;
        foreach (TextSpan span in SpansOfLine(line))
        {
            if (span.Kind == SpanKind.Function)
            {
                return RangeOf(span);
            }
        }

        return RangeOf(frame);
    }

    /// <summary>The spans that start on a line.</summary>
    public IEnumerable<TextSpan> SpansOfLine(int line)
    {
        int end = line + 1 < Text.LineCount ? Text.LineStart(line + 1) : Text.Text.Length + 1;
        return SpansFrom(Text.LineStart(line)).TakeWhile(span => span.Start < end);
    }

    private IEnumerable<TextSpan> SpansFrom(int offset)
    {
        int low = 0;
        int high = Text.Spans.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (Text.Spans[middle].Start < offset)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        for (int i = low; i < Text.Spans.Count; i++)
        {
            yield return Text.Spans[i];
        }
    }
}
