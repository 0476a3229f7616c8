// AddressArea: a range of kernel virtual addresses that serves one purpose.
using VaQuest.Binary;

namespace VaQuest.Kernel.Memory.Layout;

/// <summary>A range of the address space.</summary>
/// <param name="Kind">What it is for.</param>
/// <param name="Start">Its first address.</param>
/// <param name="Last">Its last address, inclusive: the last area ends with the address space.</param>
public sealed record AddressArea(AddressAreaKind Kind, VirtAddr Start, VirtAddr Last)
{
    public bool Contains(VirtAddr address) => address >= Start && address <= Last;
}
