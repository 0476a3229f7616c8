// DumpLimits: every cap that the readers of dump files obey, in one place.
using VaQuest.Binary;

namespace VaQuest.Dumps;

/// <summary>
/// Caps against hostile or damaged headers. The defaults are far above every machine known; a dump that needs more says which cap it met.
/// </summary>
public sealed record DumpLimits
{
    /// <summary>Smallest page size in bytes. Linux has none below 4 KiB; test dumps use 512.</summary>
    public int MinPageSize { get; init; } = 512;

    /// <summary>Largest page size in bytes: 64 KiB on arm64 and ppc64 is the largest base page of Linux.</summary>
    public int MaxPageSize { get; init; } = 64 << 10;

    /// <summary>Largest page bitmap in bytes: 512 MiB describe 16 TiB of 4 KiB pages.</summary>
    public int MaxBitmapBytes { get; init; } = 512 << 20;

    /// <summary>Most ELF program headers: one per hot-added memory block of 128 MiB reaches 128 TiB with 2^20.</summary>
    public int MaxProgramHeaders { get; init; } = 1 << 20;

    /// <summary>Most ELF notes: 8192 CPUs with a handful of notes each.</summary>
    public int MaxNotes { get; init; } = 1 << 16;

    /// <summary>Largest payload of a note that is kept, in bytes. Device dumps (NT_VMCOREDD) are larger and only named.</summary>
    public int MaxNoteBytes { get; init; } = 4 << 20;

    /// <summary>Most bytes of notes read in all, payloads that are not kept excluded.</summary>
    public long MaxNotesBytes { get; init; } = 64 << 20;

    /// <summary>Most bytes of zeros skipped between notes: 8192 CPUs with buffers of a page, half of them unused. Sparse files claim petabytes.</summary>
    public long MaxNotePaddingBytes { get; init; } = 32 << 20;

    /// <summary>Largest VMCOREINFO or erase log in bytes; the kernel's own is one page.</summary>
    public int MaxTextBytes { get; init; } = 1 << 20;

    /// <summary>Most records of a flattened file: makedumpfile and QEMU write one for every 30 to 150 KB, so 2^22 are above 100 GB.</summary>
    public int MaxFlattenedRecords { get; init; } = 1 << 22;

    /// <summary>Most descriptors looked at on opening to find where an incomplete dump begins to lose pages (24 MB of them).</summary>
    public int MaxDescriptorsScanned { get; init; } = 1 << 20;

    /// <summary>Most files of a folder looked at for the other members of a split dump.</summary>
    public int MaxFilesBeside { get; init; } = 4096;

    /// <summary>Most stretches of pages in order in an LKCD dump, 24 bytes of memory each: 2^22 cover a TiB in order, or 16 GB in no order at all.</summary>
    public int MaxLkcdRuns { get; init; } = 1 << 22;

    /// <summary>Most runs of pages of a migration stream: real ones have a run for every ten pages or so, so 2^24 are above 512 GiB.</summary>
    public int MaxPageRuns { get; init; } = 1 << 24;

    /// <summary>Most bytes that a compressed stream may fill a temporary file with: the memory of a large guest.</summary>
    public long MaxSpooledBytes { get; init; } = 1L << 40;

    /// <summary>Throws when a count or size is above its cap, saying what, how much was claimed, and the cap.</summary>
    internal static void Check(string what, ulong claimed, long cap)
    {
        if (claimed > (ulong)cap)
        {
            throw new DumpFormatException(
                FormatError.LimitExceeded,
                FormattableString.Invariant($"{what}: {claimed} are claimed, but at most {cap} are read"));
        }
    }
}
