// WordHit: a word of physical memory that was looked for.
using VaQuest.Binary;

namespace VaQuest.Dumps.Scanning;

/// <summary>A word.</summary>
/// <param name="Place">Physical address of its first byte.</param>
/// <param name="Value">What it is.</param>
public sealed record WordHit(PhysAddr Place, ulong Value);
