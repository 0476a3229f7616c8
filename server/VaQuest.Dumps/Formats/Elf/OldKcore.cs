// OldKcore: /proc/kcore of kernels before 4.11, whose segments have no physical addresses.
using VaQuest.Dumps.Formats.Elf.Wire;

namespace VaQuest.Dumps.Formats.Elf;

/// <summary>
/// fs/proc/kcore.c wrote p_paddr 0 for every segment until 464920104bf7 (4.11). The segments of RAM are in the direct map, so their
/// physical addresses follow from its base, which is aligned to 1 GiB on x86_64 and lies below the first RAM by less than that.
/// </summary>
internal static class OldKcore
{
    private const ulong Gigabyte = 1ul << 30;
    private const ulong X64DirectMapFirst = 0xffff880000000000;
    private const ulong X64KernelFirst = 0xffffffff80000000;

    /// <summary>VMALLOC_SIZE of 4-level paging less one: the segment of vmalloc, and what lies above it, is no direct map.</summary>
    private const ulong X64VmallocBytes = 0x1fffffffffff;

    /// <summary>True when no segment has a physical address though there are several.</summary>
    public static bool Is(List<ProgramHeader> headers)
    {
        List<ProgramHeader> loads = headers.FindAll(static header => header.Type == ProgramHeader.TypeLoad);
        return loads.Count > 1 && loads.TrueForAll(static load => load.PhysicalAddress == 0) && loads.Exists(static load => load.VirtualAddress != 0);
    }

    /// <summary>The segments of RAM with their physical addresses, and the others without; the same list when the architecture is unknown.</summary>
    public static List<ProgramHeader> PlaceSegments(DumpInput input, in ElfHeader elf, List<ProgramHeader> headers)
    {
        const int I386 = 3;
        const int X64 = 62;
        List<ProgramHeader> loads = headers.FindAll(static header => header.Type == ProgramHeader.TypeLoad);
        ulong end = elf.Machine == X64 ? EndOfDirectMap(loads) : ulong.MaxValue;
        ulong start = elf.Machine == X64 ? X64DirectMapFirst : 0;
        List<ProgramHeader> ram = loads.FindAll(load => load.VirtualAddress >= start && load.VirtualAddress < end);
        if (elf.Machine is not (I386 or X64) || ram.Count == 0)
        {
            input.Warn($"this /proc/kcore gives no physical addresses, and how this architecture maps memory is not known here; nothing can be read of it");
            return [];
        }

        ulong first = ram.Min(static load => load.VirtualAddress);
        ulong mapBase = first & ~(Gigabyte - 1);

        // i386 maps low memory in one piece; what lies above it is vmalloc.
        ram = elf.Machine == X64 ? ram : ram.FindAll(load => load.VirtualAddress == first);
        input.Warn($"this /proc/kcore gives no physical addresses (kernels before 4.11); they are counted from the direct map's base 0x{mapBase:x}, which its segments imply");
        return ram.ConvertAll(load => load with { PhysicalAddress = load.VirtualAddress - mapBase });
    }

    private static ulong EndOfDirectMap(List<ProgramHeader> loads)
    {
        ProgramHeader? vmalloc = loads.Find(static load => load.MemoryBytes == X64VmallocBytes);
        return vmalloc?.VirtualAddress ?? X64KernelFirst;
    }
}
