// AnnotatedText: text whose pieces know what they stand for; hover, links and colours are lookups in it.
namespace VaQuest.Diagnosis.Text;

/// <summary>
/// A document: lines separated by "\n", spans sorted by start. A Frame span covers its whole line; other spans may lie inside it and do not
/// overlap each other.
/// </summary>
public sealed class AnnotatedText
{
    private readonly int[] _lineStarts;

    public AnnotatedText(string text, IEnumerable<TextSpan> spans, IEnumerable<TextSection> sections)
    {
        Text = text;
        Spans = [.. spans.OrderBy(span => span.Start).ThenByDescending(span => span.Length)];
        Sections = [.. sections.OrderBy(section => section.StartLine).ThenBy(section => section.Level)];
        var starts = new List<int> { 0 };
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n')
            {
                starts.Add(i + 1);
            }
        }

        _lineStarts = [.. starts];
    }

    public string Text { get; }

    public IReadOnlyList<TextSpan> Spans { get; }

    public IReadOnlyList<TextSection> Sections { get; }

    public int LineCount => _lineStarts.Length;

    /// <summary>Offset of a 0-based line's first character; lines outside are clamped.</summary>
    public int LineStart(int line) => _lineStarts[Math.Clamp(line, 0, _lineStarts.Length - 1)];

    /// <summary>0-based line and character (UTF-16) of an offset.</summary>
    public (int Line, int Character) PositionOf(int offset)
    {
        int found = Array.BinarySearch(_lineStarts, offset);
        int line = found >= 0 ? found : ~found - 1;
        return (line, offset - _lineStarts[line]);
    }

    /// <summary>Offset of a 0-based position; a character behind the line's end is clamped to it.</summary>
    public int OffsetOf(int line, int character)
    {
        if (line < 0 || line >= _lineStarts.Length)
        {
            return Text.Length;
        }

        int end = line + 1 < _lineStarts.Length ? _lineStarts[line + 1] - 1 : Text.Length;
        return _lineStarts[line] + Math.Clamp(character, 0, end - _lineStarts[line]);
    }

    /// <summary>The spans that hold an offset, the shortest first. An offset at a span's end counts as inside, as editors do.</summary>
    public IReadOnlyList<TextSpan> SpansAt(int offset)
    {
        int line = PositionOf(Math.Clamp(offset, 0, Text.Length)).Line;
        int from = LowerBound(_lineStarts[line]);
        var hits = new List<TextSpan>();
        for (int i = from; i < Spans.Count && Spans[i].Start <= offset; i++)
        {
            if (offset <= Spans[i].End)
            {
                hits.Add(Spans[i]);
            }
        }

        hits.Sort((left, right) => left.Length.CompareTo(right.Length));
        return hits;
    }

    private int LowerBound(int start)
    {
        int low = 0;
        int high = Spans.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (Spans[middle].Start < start)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
