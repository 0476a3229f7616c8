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

    /// <summary>Elements of an array that are left out.</summary>
    /// <param name="text">What is shown: "...".</param>
    /// <param name="path">Of the array in the value that is written: ".thread.tls_array"; empty when the value is the array.</param>
    /// <param name="first">Index of the first that is left out.</param>
    void More(string text, string path, long first) => Text(text);

    /// <summary>Why something is not known.</summary>
    void Absent(string reason);

    /// <summary>A new line, indented by so many levels.</summary>
    void NewLine(int level);
}
