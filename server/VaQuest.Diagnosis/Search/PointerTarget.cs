// PointerTarget: the values that a search of memory looks for.
using VaQuest.Binary;

namespace VaQuest.Diagnosis.Search;

/// <summary>Values from <paramref name="Start"/> on.</summary>
/// <param name="Start">The first value.</param>
/// <param name="Length">How many values: 1 for a single number, an object's size for pointers into it.</param>
/// <param name="Text">What that is, in words.</param>
public sealed record PointerTarget(ulong Start, ulong Length, string Text)
{
    public VirtAddr Address => new(Start);
}
