// MailText: lines of a mail, ASCII and not too long.
using System.Globalization;
using System.Text;

namespace VaQuest.Diagnosis.Text;

/// <summary>Collects lines. Everything that comes in goes through one filter, so that nothing private can be forgotten.</summary>
internal sealed class MailText(Func<string, string> filter)
{
    private const int LabelWidth = 14;

    private readonly StringBuilder _text = new(4096);

    public void Blank() => _text.Append('\n');

    public void Line(string text) => _text.Append(Clean(text)).Append('\n');

    /// <summary>A label and a value, the value's further lines below its first.</summary>
    public void Field(string label, string value) => Wrap(value, (label + ":").PadRight(LabelWidth), new string(' ', LabelWidth));

    /// <summary>Words in lines of at most <see cref="MailReport.Width"/> characters.</summary>
    /// <param name="text">The words.</param>
    /// <param name="first">What the first line begins with.</param>
    /// <param name="next">What the others begin with; as many blanks as the first when it is null.</param>
    public void Wrap(string text, string first, string? next = null)
    {
        string indent = next ?? new string(' ', first.Length);
        string start = first;
        foreach (string line in LineWrap.Wrap(Clean(text), MailReport.Width - Math.Max(first.Length, indent.Length)))
        {
            _text.Append((start + line.TrimEnd()).TrimEnd()).Append('\n');
            start = indent;
        }
    }

    /// <summary>Two pieces on one line when they fit, else the second on a line of its own.</summary>
    public void Pair(string left, string right, string indent)
    {
        string head = Clean(left);
        string tail = Clean(right);
        if (tail.Length > 0 && head.Length + 2 + tail.Length > MailReport.Width)
        {
            _text.Append(head).Append('\n').Append(indent).Append(tail).Append('\n');
            return;
        }

        _text.Append(tail.Length > 0 ? head + "  " + tail : head).Append('\n');
    }

    public override string ToString() => _text.ToString();

    private string Clean(string text)
    {
        string filtered = filter(DumpText.Escape(text));
        var ascii = new StringBuilder(filtered.Length);
        foreach (char c in filtered)
        {
            _ = c switch
            {
                '\t' => ascii.Append(' '),
                '…' => ascii.Append("..."),
                <= '~' => ascii.Append(c),
                _ => ascii.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
            };
        }

        return ascii.ToString();
    }
}
