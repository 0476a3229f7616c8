// AnnotatedTextBuilder: writes text and its spans and sections together.
using System.Text;

namespace VaQuest.Diagnosis.Text;

/// <summary>Collects a document line by line. Spans are recorded where the text is written, so they cannot drift apart.</summary>
public sealed class AnnotatedTextBuilder
{
    private readonly StringBuilder _text = new(8192);
    private readonly List<TextSpan> _spans = new(256);
    private readonly List<TextSection> _sections = new(16);
    private int _lineStart;

    /// <summary>0-based number of the line that is being written.</summary>
    public int Line { get; private set; }

    /// <summary>Characters written so far in the current line.</summary>
    public int Column => _text.Length - _lineStart;

    public AnnotatedTextBuilder Write(string text)
    {
        _text.Append(text);
        return this;
    }

    public AnnotatedTextBuilder Write(string text, SpanKind kind, SpanTarget? target = null)
    {
        if (text.Length > 0)
        {
            _spans.Add(new TextSpan(_text.Length, text.Length, kind, target));
            _text.Append(text);
        }

        return this;
    }

    /// <summary>Spaces up to a column, at least <paramref name="minimum"/> of them when something was written before.</summary>
    public AnnotatedTextBuilder Pad(int column, int minimum = 1)
    {
        _text.Append(' ', Math.Max(Column == 0 ? 0 : minimum, column - Column));
        return this;
    }

    public AnnotatedTextBuilder EndLine()
    {
        TrimLine();
        _text.Append('\n');
        Line++;
        _lineStart = _text.Length;
        return this;
    }

    public AnnotatedTextBuilder WriteLine(string text = "")
    {
        _text.Append(text);
        return EndLine();
    }

    /// <summary>Ends the line and makes all of it one span; inner spans stay.</summary>
    public AnnotatedTextBuilder EndLineAs(SpanKind kind, SpanTarget? target)
    {
        TrimLine();
        _spans.Add(new TextSpan(_lineStart, _text.Length - _lineStart, kind, target));
        return EndLine();
    }

    /// <summary>Records a section from a line to the last line written.</summary>
    public void AddSection(string title, string detail, SectionKind kind, int startLine, int level)
    {
        int end = Math.Max(startLine, Line - 1);
        _sections.Add(new TextSection(title, detail, kind, startLine, end, level));
    }

    public AnnotatedText Build() => new(_text.ToString(), _spans, _sections);

    private void TrimLine()
    {
        int end = _text.Length;
        while (end > _lineStart && _text[end - 1] == ' ')
        {
            end--;
        }

        _text.Length = end;
    }
}
