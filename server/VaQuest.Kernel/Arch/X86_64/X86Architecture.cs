// X86Architecture: the descriptor of x86_64.
using VaQuest.Binary;
using VaQuest.Dumps;
using VaQuest.Dumps.Vmcoreinfo;
using VaQuest.Kernel.Memory;

namespace VaQuest.Kernel.Arch.X86_64;

/// <summary>Registers x86_64 with the kernel layer.</summary>
public static class X86Architecture
{
    /// <summary>Number of registers in NT_PRSTATUS (struct user_regs_struct, arch/x86/include/asm/user_64.h).</summary>
    public const int RegisterCount = 27;

    private const ulong LargestEncryptionMask = 0x000f_ffff_ffff_f000;

    public static ArchitectureDescriptor Descriptor { get; } = new("x86_64", CreateTranslator, RefineTranslator, kernel => new X86FrameWalker(kernel))
    {
        RegisterNames =
        [
            "r15", "r14", "r13", "r12", "rbp", "rbx", "r11", "r10", "r9", "r8", "rax", "rcx", "rdx", "rsi", "rdi", "orig_rax", "rip", "cs",
            "rflags", "rsp", "ss", "fs_base", "gs_base", "ds", "es", "fs", "gs",
        ],
        ProgramCounter = "rip",
        StackPointer = "rsp",
        Decoder = X86Decoder.Instance,
        ReadLayout = X86AddressLayout.Read,
    };

    private static X86AddressTranslator? CreateTranslator(Vmcore dump, CoverageLog coverage)
    {
        VmcoreinfoTable info = dump.Vmcoreinfo;
        VirtAddr? top = info.FindSymbol("init_top_pgt") ?? info.FindSymbol("init_level4_pgt") ?? info.FindSymbol("swapper_pg_dir");
        if (info.FindNumber("phys_base") is not { } physBase)
        {
            coverage.Add(
                "memory",
                CoverageState.Missing,
                "where the kernel lies in physical memory is not known, so its addresses cannot be translated; only physical memory can be read");
            return null;
        }

        if (top is null && dump.Supplement?.PageTableRoot is null)
        {
            coverage.Add(
                "memory", CoverageState.Partial, "VMCOREINFO does not name the kernel's page tables; only the kernel image can be read");
        }

        long imageBytes = info.FindNumber("KERNEL_IMAGE_SIZE") ?? (info.KernelOffset is null ? 512L << 20 : 1L << 30);
        var config = new X86PagingConfig
        {
            PhysBase = physBase,
            TopTable = top,
            Root = dump.Supplement?.PageTableRoot is { } root ? new PhysAddr(root) : null,
            HasFiveLevels = info.FindNumber("pgtable_l5_enabled") == 1,
            EncryptionMask = unchecked((ulong)(info.FindNumber("sme_mask") ?? 0)) & LargestEncryptionMask,
            MachineFrames = dump.MachineFrames,
            KernelImageBytes = imageBytes is > 0 and <= (1L << 30) ? (ulong)imageBytes : 512UL << 20,
        };
        return new X86AddressTranslator(dump.Memory, config);
    }

    private static void RefineTranslator(LinuxKernel kernel, IAddressTranslator translator) =>
        (translator as X86AddressTranslator)?.SetDirectMap(() => FindDirectMap(kernel));

    /// <summary>The direct map's randomised base is a variable of the kernel; its length is bounded by the machine's memory.</summary>
    private static LinearRange? FindDirectMap(LinuxKernel kernel)
    {
        if (kernel.Symbols.FindAddress("page_offset_base") is not { } at
            || !kernel.Reader.TryReadPointer(at, out VirtAddr start)
            || start.Value is < 0xff00_0000_0000_0000 or >= X86AddressTranslator.KernelMap)
        {
            return null;
        }

        ulong highest = kernel.Dump.Ranges.Count == 0
            ? 1UL << 46
            : kernel.Dump.Ranges.Max(range => unchecked(range.Start.Value + range.Length));
        return new LinearRange(start, Math.Min(highest, 1UL << 52));
    }
}
