// FreeArea: the free blocks of one size in a zone.
namespace VaQuest.Kernel.Mm;

/// <summary>Blocks of 2^order pages.</summary>
/// <param name="Order">The order.</param>
/// <param name="Count">Free blocks by the kernel's own count (nr_free), or null.</param>
/// <param name="ByType">Blocks found in the list of each migrate type, in the order of the kernel's types; null where a list was not walked.</param>
public sealed record FreeArea(int Order, ulong? Count, IReadOnlyList<long?> ByType);
