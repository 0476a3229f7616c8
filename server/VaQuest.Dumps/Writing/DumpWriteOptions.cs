// DumpWriteOptions: how a dump is written.
using VaQuest.Dumps.Compression;

namespace VaQuest.Dumps.Writing;

/// <summary>Options of <see cref="DumpWriter"/>.</summary>
public sealed record DumpWriteOptions
{
    public required DumpTarget Target { get; init; }

    /// <summary>How pages are compressed; one method. Used by <see cref="DumpTarget.KdumpCompressed"/> only.</summary>
    public CompressionMethod Compression { get; init; } = CompressionMethod.Zlib;

    /// <summary>
    /// makedumpfile's dump level of the result, as its header records it: what was left out before, and what is left out now.
    /// </summary>
    public int DumpLevel { get; init; }

    /// <summary>True to leave zero pages out of an ELF file; the other format stores one for all of them anyway.</summary>
    public bool ExcludesZeros { get; init; }

    /// <summary>Leaves out more pages; null when there are none to leave out.</summary>
    public IPageFilter? Filter { get; init; }

    /// <summary>uname of the crashed machine; what VMCOREINFO and the dump tell when null.</summary>
    public SystemName? SystemName { get; init; }

    /// <summary>Time of the crash in seconds since 1970; CRASHTIME of VMCOREINFO or the dump's own time when null.</summary>
    public long? CrashSeconds { get; init; }

    /// <summary>Virtual address of physical address 0 in the kernel's direct map, for the segments of an ELF file; null when unknown.</summary>
    public ulong? DirectMap { get; init; }

    /// <summary>Where the kernel image is, for the segments of an ELF file; null when unknown.</summary>
    public KernelImage? Image { get; init; }

    /// <summary>Threads that read and compress; all processors when 0.</summary>
    public int Workers { get; init; }

    /// <summary>True to replace an existing file.</summary>
    public bool Overwrites { get; init; }

    internal int WorkerCount => Workers > 0 ? Workers : Environment.ProcessorCount;
}
