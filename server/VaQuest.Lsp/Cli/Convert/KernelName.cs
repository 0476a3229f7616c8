// KernelName: what a converted dump's headers tell of the kernel, read from its memory.
using VaQuest.Binary;
using VaQuest.Dumps.Writing;
using VaQuest.Kernel;
using VaQuest.Kernel.Facts;

namespace VaQuest.Lsp.Cli.Convert;

/// <summary>uname, the direct map's base and the image; each is null when the kernel cannot be read, which hinders no conversion.</summary>
internal sealed record KernelName(SystemName? Name, ulong? DirectMap, KernelImage? Image)
{
    /// <summary>PAGE_OFFSET of i386 with the usual split.</summary>
    private const ulong DirectMap386 = 0xc000_0000;

    private const ulong KernelMap = 0xffff_ffff_8000_0000;

    private const ulong LargestImage = 1UL << 30;

    /// <summary>The kernel's half of the address space with five levels of page tables, the larger of the two.</summary>
    private const ulong LowestDirectMap = 0xff00_0000_0000_0000;

    public static KernelName Read(LinuxKernel kernel)
    {
        SystemFacts facts = kernel.Facts;
        SystemName? name = facts.Release is null || facts.Version is null
            ? null
            : new SystemName("Linux", facts.Hostname ?? "", facts.Release, facts.Version, facts.Machine ?? kernel.Dump.Architecture, "(none)");
        return new KernelName(name, FindDirectMap(kernel), FindImage(kernel));
    }

    /// <summary>x86_64: the image is mapped in one piece from __START_KERNEL_map on, moved by phys_base (arch/x86/include/asm/page_64.h).</summary>
    private static KernelImage? FindImage(LinuxKernel kernel)
    {
        bool isKnown = kernel.Dump.Architecture == "x86_64" && kernel.Dump.Vmcoreinfo.FindNumber("phys_base") is not null;
        if (!isKnown || kernel.Symbols.FindAddress("_stext") is not { } start || FindEnd(kernel) is not { } end
            || start.Value < KernelMap || end.Value <= start.Value || end.Value - start.Value > LargestImage)
        {
            return null;
        }

        ulong physical = unchecked(start.Value - KernelMap + (ulong)kernel.Dump.Vmcoreinfo.FindNumber("phys_base")!.Value);
        ulong inPage = physical % (ulong)kernel.Dump.PageSize;
        return new KernelImage(start.Value - inPage, physical - inPage, end.Value - start.Value + inPage);
    }

    /// <summary>kallsyms has no symbol at the very end of the image; the last one before it that the linker script sets is near enough.</summary>
    private static VirtAddr? FindEnd(LinuxKernel kernel)
    {
        foreach (string name in new[] { "_end", "__brk_limit", "__end_of_kernel_reserve", "__bss_stop", "_edata", "init_top_pgt" })
        {
            if (kernel.Symbols.FindAddress(name) is { } end)
            {
                return end;
            }
        }

        return null;
    }

    private static ulong? FindDirectMap(LinuxKernel kernel)
    {
        if (kernel.Dump.Architecture == "i386")
        {
            return DirectMap386;
        }

        return kernel.Symbols.FindAddress("page_offset_base") is { } at && kernel.Reader.TryReadPointer(at, out VirtAddr start)
            && start.Value >= LowestDirectMap ? start.Value : null;
    }
}
