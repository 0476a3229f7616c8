// BrokenLink: a list entry whose neighbour does not point back to it.
using VaQuest.Binary;

namespace VaQuest.Kernel.Health;

/// <summary>A list_head with one sound and one broken neighbour.</summary>
/// <param name="Entry">Address of the list_head.</param>
/// <param name="IsNext">True when the entry's next link is the broken one, false for prev.</param>
/// <param name="Neighbour">Where the broken link leads.</param>
/// <param name="PointsTo">Where that neighbour's own link leads instead of back; null when it cannot be: no memory is there.</param>
public sealed record BrokenLink(VirtAddr Entry, bool IsNext, VirtAddr Neighbour, VirtAddr? PointsTo);
