// TextSink: formatted values as plain text.
using System.Text;
using VaQuest.Binary;
using VaQuest.DebugInfo.Types;

namespace VaQuest.Kernel.Values;

/// <summary>Collects text; four spaces for each level.</summary>
public sealed class TextSink : IValueSink
{
    private readonly StringBuilder _text = new();

    public int Length => _text.Length;

    public void Text(string text) => _text.Append(text);

    public void Pointer(string text, VirtAddr address, CType? target) => _text.Append(text);

    public void Absent(string reason) => _text.Append('(').Append(reason).Append(')');

    public void NewLine(int level) => _text.Append('\n').Append(' ', level * 4);

    public override string ToString() => _text.ToString();
}
