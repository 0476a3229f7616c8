// FrameValues: the arguments and locals of one frame.
using VaQuest.DebugInfo.Dwarf.Variables;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Values;

/// <summary>Values of a frame, arguments first, each in the order of its declaration.</summary>
/// <param name="Frame">The frame.</param>
/// <param name="Values">Variables that are in scope at the frame's instruction. Of one name the last is the one that C means.</param>
/// <param name="Missing">Why there are none; null when debug information covers the frame.</param>
public sealed record FrameValues(StackFrame Frame, IReadOnlyList<FrameValue> Values, string? Missing)
{
    private readonly Lazy<ScopeLines?> _lines = new(() => null);

    internal FrameValues(StackFrame frame, IReadOnlyList<FrameValue> values, Func<ScopeLines?> lines)
        : this(frame, values, (string?)null) => _lines = new Lazy<ScopeLines?>(lines);

    /// <summary>The lines of the frame's function; null when they are not known.</summary>
    public ScopeLines? Lines => _lines.Value;

    /// <summary>The variable that a name means in this frame, or null.</summary>
    public FrameValue? Find(string name)
    {
        for (int i = Values.Count - 1; i >= 0; i--)
        {
            if (Values[i].Name == name)
            {
                return Values[i];
            }
        }

        return null;
    }
}
