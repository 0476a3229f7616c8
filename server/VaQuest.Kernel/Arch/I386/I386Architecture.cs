// I386Architecture: the descriptor of i386.
using VaQuest.Binary;
using VaQuest.Dumps;
using VaQuest.Dumps.Vmcoreinfo;
using VaQuest.Kernel.Memory;

namespace VaQuest.Kernel.Arch.I386;

/// <summary>Registers i386, with and without PAE, with the kernel layer.</summary>
public static class I386Architecture
{
    /// <summary>CR4.PAE.</summary>
    private const ulong PhysicalAddressExtension = 1 << 5;

    /// <summary>CR3 holds the tables' address from bit 12 on, with PAE from bit 5 on.</summary>
    private const ulong RootBits = 0xffff_ffe0;

    /// <summary>Starts of the kernel's half of the address space (CONFIG_VMSPLIT_*), the most common first.</summary>
    private static readonly ulong[] s_splits = [0xc0000000, 0xb0000000, 0x80000000, 0x78000000, 0x40000000];

    public static ArchitectureDescriptor Descriptor { get; } = new("i386", CreateTranslator, RefineTranslator, kernel => new I386FrameWalker(kernel))
    {
        RegisterNames = ["ebx", "ecx", "edx", "esi", "edi", "ebp", "eax", "ds", "es", "fs", "gs", "orig_eax", "eip", "cs", "eflags", "esp", "ss"],
        ProgramCounter = "eip",
        StackPointer = "esp",
        ReadLayout = kernel => I386AddressLayout.Read(kernel, FindPageOffset(kernel.Dump)),
    };

    private static I386AddressTranslator CreateTranslator(Vmcore dump, CoverageLog coverage)
    {
        VmcoreinfoTable info = dump.Vmcoreinfo;
        ulong offset = FindPageOffset(dump);
        var config = new I386PagingConfig
        {
            PageOffset = offset,
            HasExtension = info.Find("CONFIG_X86_PAE") is { } pae ? pae == "y" : dump.QemuCpus.Count > 0 ? (dump.QemuCpus[0].Cr4 & PhysicalAddressExtension) != 0 : null,
            Root = info.FindSymbol("swapper_pg_dir") is { } top && top.Value >= offset ? new PhysAddr(top.Value - offset)
                : dump.QemuCpus.Count > 0 ? new PhysAddr(dump.QemuCpus[0].Cr3 & RootBits) : null,
        };
        if (config.Root is null)
        {
            coverage.Add(
                "memory", CoverageState.Partial, "the dump does not name the kernel's page tables; memory that is mapped linearly can be read, vmalloc and modules when a vmlinux or System.map tells them");
        }

        return new I386AddressTranslator(dump.Memory, config);
    }

    private static void RefineTranslator(LinuxKernel kernel, IAddressTranslator translator) =>
        (translator as I386AddressTranslator)?.SetRootFinder(() => kernel.Symbols.FindAddress("swapper_pg_dir"));

    /// <summary>The split under which utsname has the release that VMCOREINFO tells; 3 GiB for the user, when nothing tells.</summary>
    private static ulong FindPageOffset(Vmcore dump)
    {
        if (dump.Vmcoreinfo.FindSymbol("init_uts_ns") is not { } uts || dump.Vmcoreinfo.Release is not { Length: > 0 } release)
        {
            return s_splits[0];
        }

        const int ReleaseField = 2 * 65;
        ulong at = uts.Value + (ulong)(dump.Vmcoreinfo.FindOffset("uts_namespace.name") ?? 0) + ReleaseField;
        byte[] expected = System.Text.Encoding.Latin1.GetBytes(release);
        byte[] actual = new byte[expected.Length];
        foreach (ulong split in s_splits)
        {
            if (at >= split && dump.Memory.Read(new PhysAddr(at - split), actual).IsOk && actual.AsSpan().SequenceEqual(expected))
            {
                return split;
            }
        }

        return s_splits[0];
    }
}
