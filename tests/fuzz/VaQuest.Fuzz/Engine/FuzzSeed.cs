// FuzzSeed: an input that fuzzing starts from, with what is known of its structure.
using VaQuest.TestKit.Dumps.Samples;

namespace VaQuest.Fuzz.Engine;

/// <summary>Bytes, the fields in them, and the part that is worth changing.</summary>
internal sealed record FuzzSeed(byte[] Bytes)
{
    public IReadOnlyList<SampleField> Fields { get; init; } = [];

    /// <summary>First byte of the part that is changed most.</summary>
    public int FocusAt { get; init; }

    /// <summary>Length of that part; 0 for all of the input.</summary>
    public int FocusLength { get; init; }
}
