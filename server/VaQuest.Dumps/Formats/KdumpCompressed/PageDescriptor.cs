// PageDescriptor: where a page of a kdump-compressed dump is stored, and how.
using VaQuest.Dumps.Compression;

namespace VaQuest.Dumps.Formats.KdumpCompressed;

/// <summary>struct page_desc (makedumpfile diskdump_mod.h): offset of 8 bytes, size and flags of 4, page_flags of 8 (always 0).</summary>
/// <param name="Offset">Where the page's bytes begin in the file; 0 when the dump was never finished.</param>
/// <param name="Size">Stored size in bytes.</param>
/// <param name="Method">How the bytes are stored; unknown bits as they are.</param>
internal readonly record struct PageDescriptor(long Offset, uint Size, CompressionMethod Method)
{
    public const int WireBytes = 24;

    public bool IsLost => Offset == 0;
}
