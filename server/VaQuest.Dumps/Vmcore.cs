// Vmcore: an opened dump of any format, as physical memory, registers and VMCOREINFO.
using VaQuest.Dumps.Vmcoreinfo;

namespace VaQuest.Dumps;

/// <summary>
/// An opened dump. Immutable and safe for concurrent readers. It translates nothing: virtual addresses belong to the kernel layer.
/// </summary>
public sealed class Vmcore : IDisposable
{
    private readonly IDisposable? _resources;

    public Vmcore(IDisposable? resources = null)
    {
        _resources = resources;
    }

    /// <summary>The file as the user named it.</summary>
    public required string Path { get; init; }

    /// <summary>elf, kdump-compressed, diskdump, netdump, lkcd, … as in the JSON contract.</summary>
    public required string Format { get; init; }

    /// <summary>Compression methods that pages may use: zlib, lzo, snappy, zstd; empty when pages are stored as they are.</summary>
    public IReadOnlyList<string> Compression { get; init; } = [];

    /// <summary>Machine name as uname says it (x86_64, aarch64, …), or "unknown".</summary>
    public required string Architecture { get; init; }

    public bool IsBigEndian { get; init; }

    /// <summary>Size of a pointer in bytes: 4 or 8.</summary>
    public int WordSize { get; init; } = 8;

    /// <summary>Page size in bytes, a power of two.</summary>
    public required int PageSize { get; init; }

    /// <summary>False when the file is known to be cut, marked incomplete, or damaged.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>Bytes of physical memory that the dump describes (RAM of the machine, excluded pages included).</summary>
    public required ulong PhysicalBytes { get; init; }

    public required IPhysicalMemory Memory { get; init; }

    /// <summary>Which pages the dump holds; null when the memory does not come from a dump file.</summary>
    public IPageInventory? Pages { get; init; }

    public VmcoreinfoTable Vmcoreinfo { get; init; } = VmcoreinfoTable.Empty;

    public IReadOnlyList<CpuNote> CpuNotes { get; init; } = [];

    /// <summary>Control registers of x86 guests, in dumps made by QEMU; the n-th belongs to CPU n.</summary>
    public IReadOnlyList<QemuCpuState> QemuCpus { get; init; } = [];

    public IReadOnlyList<DumpNote> Notes { get; init; } = [];

    /// <summary>What drivers added about their devices, in the order of the file.</summary>
    public IReadOnlyList<DeviceDump> DeviceDumps { get; init; } = [];

    /// <summary>For paravirtualised Xen guests, whose page tables hold machine addresses: the way to <see cref="Memory"/>'s; null otherwise.</summary>
    public IMachineFrames? MachineFrames { get; init; }

    /// <summary>
    /// The machine's memory as the file holds it, where <see cref="Memory"/> is domain 0's view of it; null when both are the same. A copy
    /// of the dump is made of this: the view's tables are in it, and the notes speak of it.
    /// </summary>
    public IPhysicalMemory? MachineMemory { get; init; }

    /// <summary>The pages of <see cref="MachineMemory"/>.</summary>
    public IPageInventory? MachinePages { get; init; }

    public IReadOnlyList<PhysicalRange> Ranges { get; init; } = [];

    /// <summary>makedumpfile's dump level (-d), or null when the format does not record it.</summary>
    public int? DumpLevel { get; init; }

    /// <summary>
    /// phys_base as the dump's own header has it, for kernels without NUMBER(phys_base) in VMCOREINFO. QEMU writes it wrong: VMCOREINFO
    /// comes first. Null when the format has none.
    /// </summary>
    public ulong? HeaderPhysBase { get; init; }

    /// <summary>Time of the crash as the dump's own header has it, in seconds since 1970; null when it has none.</summary>
    public long? HeaderSeconds { get; init; }

    /// <summary>makedumpfile's log of erased data, one line each; the bytes themselves read as 'X'.</summary>
    public IReadOnlyList<string> EraseInfo { get; init; } = [];

    /// <summary>Further header facts for `vaquest info`, in the file's own terms.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Details { get; init; } = [];

    /// <summary>What is wrong with the file: one sentence each, with where the damage begins.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What was found out from the memory itself; null when nobody looked or nothing had to be found.</summary>
    public VmcoreSupplement? Supplement { get; init; }

    /// <summary>The same dump with what was found out from its memory. Both share the file: disposing one closes both.</summary>
    public Vmcore WithSupplement(VmcoreSupplement supplement) => new(_resources)
    {
        Path = Path,
        Format = Format,
        Compression = Compression,
        Architecture = supplement.Architecture ?? Architecture,
        IsBigEndian = IsBigEndian,
        WordSize = supplement.WordSize ?? WordSize,
        PageSize = PageSize,
        IsComplete = IsComplete,
        PhysicalBytes = PhysicalBytes,
        Memory = Memory,
        Pages = Pages,
        Vmcoreinfo = supplement.Vmcoreinfo ?? Vmcoreinfo,
        CpuNotes = CpuNotes,
        QemuCpus = QemuCpus,
        DeviceDumps = DeviceDumps,
        MachineFrames = MachineFrames,
        MachineMemory = MachineMemory,
        MachinePages = MachinePages,
        Notes = Notes,
        Ranges = Ranges,
        DumpLevel = DumpLevel,
        HeaderPhysBase = HeaderPhysBase,
        HeaderSeconds = HeaderSeconds,
        EraseInfo = EraseInfo,
        Details = Details,
        Warnings = Warnings,
        Supplement = supplement,
    };

    public void Dispose() => _resources?.Dispose();
}
