// I386AddressLayout: the areas of the i386 kernel's address space.
using VaQuest.Binary;
using VaQuest.Kernel.Memory.Layout;

namespace VaQuest.Kernel.Arch.I386;

/// <summary>
/// arch/x86/include/asm/pgtable_32_areas.h: low memory is mapped linearly from PAGE_OFFSET to high_memory, vmalloc's range, where modules are
/// too, begins 8 MiB above. Where it ends depends on how many CPUs the kernel was built for: what lies between <see cref="SurelyVmalloc"/> and
/// the top (persistent mappings, entry areas, fixmap) is told by its page tables alone.
/// </summary>
internal static class I386AddressLayout
{
    /// <summary>VMALLOC_OFFSET.</summary>
    private const ulong Gap = 8 << 20;

    /// <summary>The fixed areas at the top take less than 32 MiB in every configuration.</summary>
    private const ulong SurelyVmalloc = 0xfe000000;

    private const ulong EndOfSpace = 1UL << 32;

    public static AddressLayout Read(LinuxKernel kernel, ulong pageOffset)
    {
        var areas = new List<AddressArea>();
        if (kernel.Symbols.FindAddress("high_memory") is { } at && kernel.Reader.TryReadWord(at, out ulong high) && high > pageOffset && high < SurelyVmalloc)
        {
            areas.Add(new AddressArea(AddressAreaKind.DirectMap, new VirtAddr(pageOffset), new VirtAddr(high - 1)));
            areas.Add(new AddressArea(AddressAreaKind.Vmalloc, new VirtAddr(Math.Min(high + Gap, SurelyVmalloc - 1)), new VirtAddr(SurelyVmalloc - 1)));
        }

        return new AddressLayout(areas)
        {
            IsCanonical = static address => address.Value < EndOfSpace,
            IsUser = address => address.Value < pageOffset,
        };
    }
}
