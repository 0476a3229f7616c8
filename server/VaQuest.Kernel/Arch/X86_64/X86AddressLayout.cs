// X86AddressLayout: the areas of the x86_64 kernel's address space.
using VaQuest.Binary;
using VaQuest.Kernel.Memory.Layout;

namespace VaQuest.Kernel.Arch.X86_64;

/// <summary>
/// Documentation/arch/x86/x86_64/mm.rst. The direct map, vmalloc and vmemmap start where variables of the kernel say (page_offset_base,
/// vmalloc_base, vmemmap_base); a kernel built without CONFIG_DYNAMIC_MEMORY_LAYOUT has none of these and uses the documented addresses.
/// </summary>
internal static class X86AddressLayout
{
    private const ulong KernelMap = X86AddressTranslator.KernelMap;

    /// <summary>MODULES_END: the fixmap's and the vsyscall page's 16 MiB follow (arch/x86/include/asm/pgtable_64_types.h).</summary>
    private const ulong ModulesEnd = 0xffffffffff000000;

    private const ulong Vsyscall = 0xffffffffff600000;

    /// <summary>Physical addresses have at most 46 bits with four levels of page tables, 52 with five.</summary>
    private const int DirectMapBits4 = 46;

    private const int DirectMapBits5 = 52;

    /// <summary>A physical address that every machine's memory has, to test where the direct map starts.</summary>
    private const ulong LowMemory = 1 << 20;

    public static AddressLayout Read(LinuxKernel kernel)
    {
        bool hasFiveLevels = HasFiveLevels(kernel);
        ulong userTop = hasFiveLevels ? 1UL << 56 : 1UL << 47;
        ulong vmalloc = Variable(kernel, "vmalloc_base") ?? (hasFiveLevels ? 0xffa0000000000000 : 0xffffc90000000000);
        ulong vmemmap = Variable(kernel, "vmemmap_base") ?? (hasFiveLevels ? 0xffd4000000000000 : 0xffffea0000000000);
        var areas = new List<AddressArea>();
        if (FindDirectMap(kernel, hasFiveLevels) is { } direct)
        {
            // With KASLR the areas move together and keep their order; nothing else lies between them.
            ulong longest = 1UL << (hasFiveLevels ? DirectMapBits5 : DirectMapBits4);
            ulong room = vmalloc > direct ? Math.Min(vmalloc - direct, longest) : longest;
            areas.Add(Area(AddressAreaKind.DirectMap, direct, room));
        }

        areas.Add(Area(AddressAreaKind.Vmalloc, vmalloc, VmallocBytes(kernel, vmalloc, vmemmap, hasFiveLevels)));
        areas.Add(Area(AddressAreaKind.Vmemmap, vmemmap, 1UL << (hasFiveLevels ? 49 : 40)));
        if (kernel.Symbols.FindAddress("kasan_init") is not null)
        {
            ulong shadow = hasFiveLevels ? 0xffdf000000000000 : 0xffffec0000000000;
            areas.Add(new AddressArea(AddressAreaKind.KasanShadow, new VirtAddr(shadow), new VirtAddr(0xfffffbffffffffff)));
        }

        areas.Add(Area(AddressAreaKind.GuardHole, hasFiveLevels ? 0xff00000000000000 : 0xffff800000000000, hasFiveLevels ? 1UL << 52 : 1UL << 43));
        areas.Add(Area(AddressAreaKind.LdtRemap, hasFiveLevels ? 0xff10000000000000 : 0xffff880000000000, hasFiveLevels ? 1UL << 48 : 1UL << 39));
        areas.Add(Area(AddressAreaKind.CpuEntryArea, 0xfffffe0000000000, 1UL << 39));
        areas.Add(Area(AddressAreaKind.EspFix, 0xffffff0000000000, 1UL << 39));
        areas.Add(new AddressArea(AddressAreaKind.Efi, new VirtAddr(0xffffffef00000000), new VirtAddr(0xfffffffeffffffff)));
        AddImage(areas, kernel);
        return new AddressLayout(areas)
        {
            IsCanonical = address => address.Value < userTop || address.Value >= unchecked(0 - userTop),
            IsUser = address => address.Value < userTop,
        };
    }

    /// <summary>True when the machine ran with five levels of page tables.</summary>
    public static bool HasFiveLevels(LinuxKernel kernel) =>
        kernel.Dump.Vmcoreinfo.FindNumber("pgtable_l5_enabled") is { } number
            ? number == 1
            : kernel.Symbols.FindAddress("__pgtable_l5_enabled") is { } at && kernel.Reader.TryReadUInt32(at, out uint enabled) && enabled == 1;

    private static void AddImage(List<AddressArea> areas, LinuxKernel kernel)
    {
        ulong imageBytes = kernel.Dump.Vmcoreinfo.FindNumber("KERNEL_IMAGE_SIZE") is { } size and > 0 and <= (1L << 30) ? (ulong)size
            : kernel.Dump.Vmcoreinfo.KernelOffset is null ? 512UL << 20 : 1UL << 30;
        areas.Add(Area(AddressAreaKind.KernelImage, KernelMap, imageBytes));
        areas.Add(new AddressArea(AddressAreaKind.Modules, new VirtAddr(KernelMap + imageBytes), new VirtAddr(ModulesEnd - 1)));
        areas.Add(Area(AddressAreaKind.Vsyscall, Vsyscall, 4096));
        areas.Add(new AddressArea(AddressAreaKind.Fixmap, new VirtAddr(ModulesEnd), new VirtAddr(0xffffffffffdfffff)));
    }

    // VMALLOC_SIZE_TB is 32 or 12800; nothing but a hole lies between it and vmemmap.
    private static ulong VmallocBytes(LinuxKernel kernel, ulong start, ulong vmemmap, bool hasFiveLevels)
    {
        ulong bytes = (hasFiveLevels ? 12800UL : 32UL) << 40;
        return vmemmap > start ? Math.Min(bytes, vmemmap - start) : bytes;
    }

    private static ulong? FindDirectMap(LinuxKernel kernel, bool hasFiveLevels)
    {
        if (Variable(kernel, "page_offset_base") is { } known)
        {
            return known;
        }

        // 4.20 moved it by the size of the local descriptor tables' area (d52888aa2753).
        ulong[] candidates = hasFiveLevels ? [0xff11000000000000, 0xff10000000000000] : [0xffff888000000000, 0xffff880000000000];
        foreach (ulong candidate in candidates)
        {
            if (kernel.Memory.Translate(new VirtAddr(candidate + LowMemory), out _) is { Value: LowMemory })
            {
                return candidate;
            }
        }

        return null;
    }

    private static ulong? Variable(LinuxKernel kernel, string symbol) =>
        kernel.Symbols.FindAddress(symbol) is { } at && kernel.Reader.TryReadWord(at, out ulong value) && value >= 0xff00000000000000 ? value : null;

    private static AddressArea Area(AddressAreaKind kind, ulong start, ulong bytes) => new(kind, new VirtAddr(start), new VirtAddr(unchecked(start + bytes - 1)));
}
