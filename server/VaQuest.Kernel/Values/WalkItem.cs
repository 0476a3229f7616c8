// WalkItem: one entry of a walked list or tree.
using VaQuest.Binary;

namespace VaQuest.Kernel.Values;

/// <summary>An entry.</summary>
/// <param name="Address">The entry: the node inside of its object, or the pointer that is stored.</param>
/// <param name="First">Of an index (xarray, maple tree): the first index that leads to it; null for lists and rb-trees.</param>
/// <param name="Last">The last index that leads to it.</param>
public sealed record WalkItem(VirtAddr Address, ulong? First = null, ulong? Last = null);
