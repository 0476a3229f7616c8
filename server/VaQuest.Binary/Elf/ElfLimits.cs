// ElfLimits: caps on what an ELF file may ask for.
namespace VaQuest.Binary.Elf;

/// <summary>Limits for reading one ELF file. The defaults are far above what kernels and modules need.</summary>
public sealed record ElfLimits
{
    public static ElfLimits Default { get; } = new();

    /// <summary>Section headers. The largest known modules, one section per function, have about 60,000.</summary>
    public int MaxSections { get; init; } = 1_000_000;

    /// <summary>Program headers. A vmcore has one per memory range; the kernel limits these to a few thousand.</summary>
    public int MaxSegments { get; init; } = 1_000_000;

    /// <summary>Bytes of one section after decompression. The largest known .debug_info of a kernel has about 400 MB.</summary>
    public long MaxDecompressedSection { get; init; } = 1L << 30;

    /// <summary>Bytes of a build id. Tools write 8 to 32.</summary>
    public int MaxBuildId { get; init; } = 64;
}
