// DiskdumpWriter: writes diskdumps for tests: savecore's files and images of a dump partition.
namespace VaQuest.TestKit.Dumps;

/// <summary>
/// Builds a diskdump. Recipe: <code>new DiskdumpWriter { IsPartition = true }.Page(1, bytes).Excluded(2).ToArray()</code>
/// Pages not named are holes.
/// </summary>
public sealed class DiskdumpWriter
{
    private readonly SortedDictionary<ulong, byte[]?> _pages = [];
    private readonly Dictionary<string, long> _places = [];

    public int WordSize { get; init; } = 4;

    public bool IsBigEndian { get; init; }

    public int BlockSize { get; init; } = 4096;

    public string Machine { get; init; } = "i686";

    public string Release { get; init; } = "2.6.9-test";

    /// <summary>An image of the partition: marks in all blocks that were not written, pages raw.</summary>
    public bool IsPartition { get; init; }

    /// <summary>Pages one block each without descriptors; always so in a partition.</summary>
    public bool IsRaw { get; init; }

    /// <summary>Compresses pages with zlib; those that do not shrink are stored raw.</summary>
    public bool IsCompressed { get; init; }

    /// <summary>The header's status bits beside that of compression; 1 is incomplete.</summary>
    public uint Status { get; init; }

    /// <summary>Pages written before the kernel stopped or the partition was full.</summary>
    public int WrittenPages { get; init; } = int.MaxValue;

    /// <summary>Free blocks behind the pages of a partition.</summary>
    public int FreeBlocks { get; init; } = 3;

    public uint CurrentCpu { get; init; }

    /// <summary>elf_gregset_t of the CPU that crashed.</summary>
    public byte[] Registers { get; init; } = [];

    public ulong? MaxMapnr { get; init; }

    /// <summary>Where each area and field was put by the last <see cref="ToArray"/>.</summary>
    public IReadOnlyDictionary<string, long> Places => _places;

    public DiskdumpWriter Page(ulong pfn, byte[] bytes)
    {
        _pages[pfn] = bytes;
        return this;
    }

    /// <summary>RAM that the dump's level left out.</summary>
    public DiskdumpWriter Excluded(ulong pfn)
    {
        _pages[pfn] = null;
        return this;
    }

    public byte[] ToArray()
    {
        ulong max = MaxMapnr ?? (_pages.Count == 0 ? 0 : _pages.Keys.Max() + 1);
        int bitmapBytes = (int)((max + 7) / 8);
        int bitmapBlocks = Math.Max(1, (bitmapBytes + BlockSize - 1) / BlockSize);
        bool isPartial = _pages.ContainsValue(null);
        long start = IsPartition ? BlockSize : 0;
        long bitmapAt = start + (2L * BlockSize);
        long dataAt = bitmapAt + (BlockSize * (isPartial ? 2L : 1L) * bitmapBlocks);
        byte[][] dumped = [.. _pages.Values.OfType<byte[]>()];
        var file = new WireWriter(IsBigEndian, WordSize);
        if (IsPartition)
        {
            Format(file, (int)(dataAt / BlockSize) + dumped.Length + FreeBlocks);
        }

        file.At(start).Zeros(2L * BlockSize);
        WriteHeader(file, start, isPartial ? 2 * bitmapBlocks : bitmapBlocks, max, dumped.Length);
        file.At(start + BlockSize).Bytes(Registers);
        Place("bitmap", file.At(bitmapAt)).Zeros(dataAt - bitmapAt);
        file.At(bitmapAt).Bytes(Bitmap(bitmapBytes, _ => true));
        if (isPartial)
        {
            file.At(bitmapAt + ((long)bitmapBlocks * BlockSize)).Bytes(Bitmap(bitmapBytes, page => page is not null));
        }

        Place("data", file.At(dataAt));
        WritePages(file, dataAt, dumped);
        return file.ToArray();
    }

    private void WritePages(WireWriter file, long dataAt, byte[][] dumped)
    {
        if (IsPartition || IsRaw)
        {
            foreach (byte[] page in dumped.Take(WrittenPages))
            {
                file.Bytes(page);
            }

            return;
        }

        long at = dataAt + (24L * dumped.Length);
        for (int i = 0; i < dumped.Length; i++)
        {
            byte[] compressed = IsCompressed ? KdumpWriter.Compress(dumped[i], PageCompression.Zlib) : dumped[i];
            bool isRaw = compressed.Length >= BlockSize;
            byte[] stored = isRaw ? dumped[i] : compressed;
            Place(FormattableString.Invariant($"descriptor {i}"), file.At(dataAt + (24L * i)));
            if (i < WrittenPages)
            {
                file.U64((ulong)at).U32((uint)stored.Length).U32(isRaw ? 0u : 1u).U64(0).At(at).Bytes(stored);
                at = file.Position;
            }
            else
            {
                file.Zeros(24);
            }
        }
    }

    private void WriteHeader(WireWriter file, long start, int bitmapBlocks, ulong max, int dumped)
    {
        file.At(start).Text("DISKDUMP", 8).I32(0);
        foreach (string field in new[] { "Linux", "oldnode", Release, "#1 SMP", Machine, "(none)" })
        {
            file.Text(field, 65);
        }

        file.At(start + (WordSize == 8 ? 408 : 404)).Word(1100000000).Word(0);
        int written = (Status & 1) != 0 ? 0 : Math.Min(WrittenPages, dumped);
        Place("status", file).U32(Status | (IsCompressed ? 8u : 0));
        Place("block_size", file).I32(BlockSize);
        Place("sub_hdr_size", file).I32(1);
        Place("bitmap_blocks", file).U32((uint)bitmapBlocks);
        Place("max_mapnr", file).U32((uint)max).U32((uint)_pages.Count).U32(0);
        Place("written_blocks", file).U32((uint)(3 + bitmapBlocks + written));
        Place("current_cpu", file).U32(CurrentCpu);
        Place("nr_cpus", file).I32((int)CurrentCpu + 1);
    }

    /// <summary>diskdumpfmt's mark in every block.</summary>
    private void Format(WireWriter file, int blocks)
    {
        for (int block = 0; block < blocks; block++)
        {
            file.Text("diskdump", 8);
            uint word = (uint)block;
            for (int at = 8; at < BlockSize; at += 4, word = unchecked((word + 7) * 11))
            {
                file.U32(word);
            }
        }
    }

    private byte[] Bitmap(int bytes, Func<byte[]?, bool> isWanted)
    {
        byte[] bits = new byte[bytes];
        foreach ((ulong pfn, byte[]? page) in _pages)
        {
            if (isWanted(page))
            {
                bits[pfn / 8] |= (byte)(1 << (int)(pfn % 8));
            }
        }

        return bits;
    }

    private WireWriter Place(string name, WireWriter file)
    {
        _places[name] = file.Position;
        return file;
    }
}
