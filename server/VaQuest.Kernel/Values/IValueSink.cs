// IValueSink: receives a value's text piece by piece, with what each piece stands for.
using VaQuest.Binary;
using VaQuest.DebugInfo.Types;

namespace VaQuest.Kernel.Values;

/// <summary>Where formatted values are written: plain text, or a document with spans.</summary>
public interface IValueSink
{
    void Text(string text);

    /// <summary>The digits of a pointer, or the name of what it points to.</summary>
    /// <param name="text">What is shown.</param>
    /// <param name="address">Where it points.</param>
    /// <param name="target">The type that it points to; null when it points to code or void.</param>
    void Pointer(string text, VirtAddr address, CType? target);

    /// <summary>Why something is not known.</summary>
    void Absent(string reason);

    /// <summary>A new line, indented by so many levels.</summary>
    void NewLine(int level);
}
