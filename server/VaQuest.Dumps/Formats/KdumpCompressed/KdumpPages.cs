// KdumpPages: from a page number to its descriptor, or to the reason why there is none.
using VaQuest.Binary;
using VaQuest.Dumps.Compression;

namespace VaQuest.Dumps.Formats.KdumpCompressed;

/// <summary>The tables of a kdump-compressed dump. Page numbers here count from bit 0 of the bitmaps.</summary>
internal sealed class KdumpPages
{
    private readonly Lazy<PageBitmap> _ram;
    private readonly DescriptorTable _descriptors;
    private readonly long _fileLength;
    private readonly int _pageSize;
    private readonly long _startRank;

    /// <param name="dumped">The bitmap of pages in the dump.</param>
    /// <param name="ram">Reads the bitmap of pages that are RAM when it is first needed; shared by the members of a split dump.</param>
    /// <param name="descriptors">The descriptors of this file's pages.</param>
    /// <param name="fileLength">Length of the dump in bytes.</param>
    /// <param name="pageSize">Page size in bytes.</param>
    /// <param name="start">First page of this file; not 0 in later members of a split dump.</param>
    /// <param name="end">First page after this file's.</param>
    public KdumpPages(
        PageBitmap dumped, Lazy<PageBitmap> ram, DescriptorTable descriptors, long fileLength, int pageSize, ulong start, ulong end)
    {
        Dumped = dumped;
        _ram = ram;
        _descriptors = descriptors;
        _fileLength = fileLength;
        _pageSize = pageSize;
        _startRank = dumped.Rank(start);
        Start = start;
        End = end;
    }

    public PageBitmap Dumped { get; }

    public PageBitmap Ram => _ram.Value;

    public DescriptorTable Descriptors => _descriptors;

    /// <summary>Length in bytes of the file that holds these pages.</summary>
    public long FileLength => _fileLength;

    public ulong MaxMapnr => Dumped.BitCount;

    /// <summary>First page of this file.</summary>
    public ulong Start { get; }

    /// <summary>First page after this file's.</summary>
    public ulong End { get; }

    /// <summary>The descriptor of a page, checked: what is returned with Ok can be read and decompressed as it says.</summary>
    public ReadStatus Find(ulong page, out PageDescriptor descriptor)
    {
        if (page < Start || page >= End || !Dumped.IsSet(page))
        {
            descriptor = default;
            return StatusOfAbsent(page);
        }

        ReadStatus status = _descriptors.TryGet(Dumped.Rank(page) - _startRank, out descriptor);
        return status == ReadStatus.Ok ? Check(descriptor) : status;
    }

    /// <summary>What the page's descriptor says of its place, whether or not the rest of it is sound; null when there is none.</summary>
    public long? OffsetOf(ulong page)
    {
        bool hasDescriptor = page >= Start && page < End && Dumped.IsSet(page);
        return hasDescriptor && _descriptors.TryGet(Dumped.Rank(page) - _startRank, out PageDescriptor descriptor) == ReadStatus.Ok && !descriptor.IsLost
            ? descriptor.Offset : null;
    }

    public PageState StateOf(ulong page) => Find(page, out _) switch
    {
        ReadStatus.NotInDump => PageState.Hole,
        ReadStatus.Excluded => PageState.Excluded,
        ReadStatus.Truncated or ReadStatus.InAnotherFile => PageState.Lost,
        _ => PageState.Present,
    };

    /// <summary>The state of a descriptor by its numbers alone.</summary>
    public ReadStatus Check(in PageDescriptor descriptor)
    {
        if (descriptor.IsLost)
        {
            return ReadStatus.Truncated;
        }

        bool isRaw = descriptor.Method == CompressionMethod.None;
        bool isSizeSound = isRaw ? descriptor.Size == (uint)_pageSize : descriptor.Size > 0 && descriptor.Size <= (uint)_pageSize;
        if (!isSizeSound || descriptor.Offset < _descriptors.End)
        {
            return ReadStatus.Corrupt;
        }

        if (descriptor.Offset > _fileLength || descriptor.Size > _fileLength - descriptor.Offset)
        {
            return ReadStatus.Truncated;
        }

        return descriptor.Method switch
        {
            CompressionMethod.None or CompressionMethod.Zlib or CompressionMethod.Lzo or CompressionMethod.Snappy or CompressionMethod.Zstd
                => ReadStatus.Ok,
            _ when ((uint)descriptor.Method & ((uint)descriptor.Method - 1)) == 0 => ReadStatus.Unsupported,
            _ => ReadStatus.Corrupt,
        };
    }

    private ReadStatus StatusOfAbsent(ulong page)
    {
        if (page >= MaxMapnr)
        {
            return ReadStatus.NotInDump;
        }

        if (page >= Dumped.KnownBits)
        {
            return ReadStatus.Truncated;
        }

        // Set, yet not found: the page belongs to another member of a split dump.
        if (Dumped.IsSet(page))
        {
            return ReadStatus.InAnotherFile;
        }

        return Ram.IsSet(page) ? ReadStatus.Excluded : ReadStatus.NotInDump;
    }
}
