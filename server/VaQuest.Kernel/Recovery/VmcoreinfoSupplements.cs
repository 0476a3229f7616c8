// VmcoreinfoSupplements: puts what was found about a kernel into the form in which a dump carries it.
using VaQuest.Dumps;
using VaQuest.Dumps.Vmcoreinfo;

namespace VaQuest.Kernel.Recovery;

/// <summary>Makes <see cref="VmcoreSupplement"/>s, with the sentence that the coverage section shows.</summary>
internal sealed class VmcoreinfoSupplements(Vmcore dump)
{
    /// <summary>The kernel's own text. Null when it belongs to another architecture than the dump's.</summary>
    public VmcoreSupplement? FromMemory(VmcoreinfoCandidate text)
    {
        string? architecture = ArchitectureOf(text);
        if (dump.Architecture != "unknown" && architecture is not null && architecture != dump.Architecture)
        {
            return null;
        }

        return new VmcoreSupplement
        {
            Origin = $"the dump has no VMCOREINFO; the kernel's own was found in its memory at physical {text.At}"
                + (text.IsConfirmed ? " and leads to that kernel's utsname" : ", but it could not be checked against that kernel's utsname"),
            Vmcoreinfo = text.Table,
            Architecture = architecture,
            WordSize = architecture is null ? null : WordSizeOf(architecture),
        };
    }

    /// <summary>Facts worked out from page tables.</summary>
    public static VmcoreSupplement Derived(KernelImagePlace place, VmcoreinfoTable table, string how) => new()
    {
        Origin = $"the dump does not say where the kernel is; its place (_text at {place.Start}, physical {place.Physical}) was worked out {how}",
        Vmcoreinfo = table,
        IsDerived = true,
        Architecture = "x86_64",
        WordSize = 8,
        PageTableRoot = place.Root.Value,
    };

    public static VmcoreSupplement Nothing(Vmcore dump) => new()
    {
        Origin = dump.Vmcoreinfo.IsEmpty
            ? "the dump has no VMCOREINFO, and none was found in its memory"
            : "VMCOREINFO does not say where the kernel is, and no page table leads to it",
    };

    /// <summary>By utsname when it was found, else by the keys that only one architecture writes.</summary>
    private static string? ArchitectureOf(VmcoreinfoCandidate text)
    {
        VmcoreinfoTable table = text.Table;
        return text.Machine switch
        {
            "i486" or "i586" or "i686" => "i386",
            "x86_64" when table.FindSymbol("swapper_pg_dir") is { Value: < 1UL << 32 } => "i386",
            { } machine when machine.StartsWith("armv", StringComparison.Ordinal) => "arm",
            { } machine => machine,
            null when table.FindNumber("phys_base") is not null || table.FindSymbol("init_top_pgt") is not null => "x86_64",
            null when table.FindNumber("kimage_voffset") is not null => "aarch64",
            null when table.FindNumber("va_kernel_pa_offset") is not null => "riscv64",
            null when table.FindSymbol("lowcore_ptr") is not null => "s390x",
            null when table.FindSymbol("mmu_psize_defs") is not null => "ppc64le",
            _ => null,
        };
    }

    private static int WordSizeOf(string architecture) => architecture is "i386" or "arm" or "ppc" or "mips" or "riscv32" ? 4 : 8;
}
