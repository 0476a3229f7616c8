// LkcdPageHeader: what stands before each page of an LKCD dump.
using VaQuest.Binary;

namespace VaQuest.Dumps.Formats.Lkcd.Wire;

/// <summary>dump_page_t: address, size of the stored bytes that follow, flags.</summary>
/// <param name="Address">Physical address of the page; a page frame number in Mission Critical's variant.</param>
/// <param name="Size">Stored bytes.</param>
/// <param name="Flags">1 raw, 2 compressed, 4 end of the dump, 8 cut short, 16 test pattern, and Mission Critical's marks.</param>
internal readonly record struct LkcdPageHeader(ulong Address, uint Size, uint Flags)
{
    public const int Bytes = 16;

    private const uint Raw = 0x1;
    private const uint Compressed = 0x2;
    private const uint End = 0x4;
    private const uint Truncated = 0x8;
    private const uint TestPattern = 0x10;
    private const uint KnownBits = 0x3f;

    /// <summary>Mission Critical's marks.</summary>
    private const uint MclxBits = 0xc0000000;

    public bool IsEnd => (Flags & End) != 0;

    /// <summary>True in an end mark of a dump that ran out of space.</summary>
    public bool IsTruncated => (Flags & Truncated) != 0;

    /// <summary>True for bytes that the dump driver wrote to test the device; they are no memory.</summary>
    public bool IsTestPattern => (Flags & TestPattern) != 0;

    /// <summary>True when <see cref="Address"/> is a page frame number.</summary>
    public bool HasPageNumber => (Flags & MclxBits) != 0;

    public bool IsRaw => (Flags & (Raw | Compressed)) == Raw;

    /// <summary>False when flags, size or address are such as no kernel writes: what follows cannot be trusted.</summary>
    /// <param name="pageSize">Bytes of a page.</param>
    /// <param name="slack">How much longer than a page a compressed page may be.</param>
    public bool IsSound(int pageSize, int slack)
    {
        if ((Flags & ~(MclxBits | KnownBits)) != 0 || (Flags & (Raw | Compressed)) is not (Raw or Compressed))
        {
            return false;
        }

        // A raw page without bytes is a page of zeros.
        bool isSizeSound = IsRaw ? Size == 0 || Size == (uint)pageSize : Size > 0 && Size <= (uint)(pageSize + slack);
        return isSizeSound && (HasPageNumber || (Address & ((ulong)pageSize - 1)) == 0);
    }

    public static LkcdPageHeader Read(ReadOnlySpan<byte> bytes, bool isBigEndian)
    {
        var reader = new SpanReader(bytes, isBigEndian);
        return new LkcdPageHeader(reader.ReadUInt64(), reader.ReadUInt32(), reader.ReadUInt32());
    }
}
