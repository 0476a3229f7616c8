// KdumpWriter: writes kdump-compressed dumps for tests.
using System.IO.Compression;
using System.Text;
using Snappier;

namespace VaQuest.TestKit.Dumps;

/// <summary>
/// Builds a kdump-compressed dump of any version, word size and byte order. Recipe:
/// <code>new KdumpWriter { Version = 6 }.Page(1, bytes, PageCompression.Lzo).Zero(2).Excluded(3).ToArray()</code>
/// Pages not named are holes. <see cref="ToFlattened"/> wraps the file.
/// </summary>
public sealed class KdumpWriter
{
    private readonly SortedDictionary<ulong, StoredPage> _pages = [];
    private readonly Dictionary<string, long> _places = [];

    public int Version { get; init; } = 6;

    public int WordSize { get; init; } = 8;

    public bool IsBigEndian { get; init; }

    public int BlockSize { get; init; } = 4096;

    public string Machine { get; init; } = "x86_64";

    /// <summary>utsname.release.</summary>
    public string Release { get; init; } = "6.1.0-test";

    /// <summary>Time of the crash in seconds since 1970.</summary>
    public ulong Seconds { get; init; } = 1700000000;

    public int CpuCount { get; init; } = 2;

    /// <summary>For 4-byte words: 8-byte values aligned to 8 as on ARM, not to 4 as on i386.</summary>
    public bool IsPadded { get; init; }

    /// <summary>The header's status; null names the methods in use.</summary>
    public uint? Status { get; init; }

    /// <summary>max_mapnr; null is one above the highest page named.</summary>
    public ulong? MaxMapnr { get; init; }

    public ulong PhysBase { get; init; }

    public int DumpLevel { get; init; } = 31;

    public string? Vmcoreinfo { get; init; } = NoteWriter.SampleVmcoreinfo;

    public string? EraseInfo { get; init; }

    /// <summary>The notes; null leaves them out.</summary>
    public NoteWriter? Notes { get; init; }

    /// <summary>A split member's pages, end exclusive: only their descriptors and data are written.</summary>
    public (ulong Start, ulong End)? Split { get; init; }

    /// <summary>One bitmap instead of two, as old full dumps have.</summary>
    public bool HasSingleBitmap { get; init; }

    /// <summary>Descriptors from this index on are zero, as in a dump that was never finished.</summary>
    public int LostFrom { get; init; } = int.MaxValue;

    /// <summary>Where each area and field was put by the last <see cref="ToArray"/>, for tests that damage it.</summary>
    public IReadOnlyDictionary<string, long> Places => _places;

    /// <summary>A page in the dump. <paramref name="stored"/> replaces the compressed bytes, for damaged ones.</summary>
    public KdumpWriter Page(ulong pfn, byte[] bytes, PageCompression compression = PageCompression.Raw, byte[]? stored = null)
    {
        _pages[pfn] = new StoredPage(bytes, compression, stored);
        return this;
    }

    /// <summary>A page of zeros: all of them share one raw page of the file.</summary>
    public KdumpWriter Zero(ulong pfn)
    {
        _pages[pfn] = new StoredPage(null, PageCompression.Raw, null);
        return this;
    }

    /// <summary>RAM that was filtered out.</summary>
    public KdumpWriter Excluded(ulong pfn)
    {
        _pages[pfn] = new StoredPage(null, PageCompression.Raw, null) { IsExcluded = true };
        return this;
    }

    public static byte[] Compress(ReadOnlySpan<byte> bytes, PageCompression compression)
    {
        switch (compression)
        {
            case PageCompression.Zlib:
                using (var target = new MemoryStream())
                {
                    using (var zlib = new ZLibStream(target, CompressionLevel.Fastest, leaveOpen: true))
                    {
                        zlib.Write(bytes);
                    }

                    return target.ToArray();
                }

            case PageCompression.Lzo:
                return LzoWriter.Compress(bytes);
            case PageCompression.Snappy:
                return Snappy.CompressToArray(bytes);
            case PageCompression.Zstd:
                using (var zstd = new ZstdSharp.Compressor())
                {
                    return zstd.Wrap(bytes).ToArray();
                }

            default:
                return bytes.ToArray();
        }
    }

    public byte[] ToArray()
    {
        ulong max = MaxMapnr ?? (_pages.Count == 0 ? 0 : _pages.Keys.Max() + 1);
        int bitmapBytes = (int)((max + 7) / 8);
        int bitmapBlocks = Math.Max(1, (bitmapBytes + BlockSize - 1) / BlockSize);
        byte[] notes = Notes?.ToArray() ?? [];
        byte[] info = Encoding.ASCII.GetBytes(Vmcoreinfo ?? "");
        int subBlocks = 1 + ((notes.Length + info.Length + BlockSize - 1) / BlockSize);
        long notesAt = 2L * BlockSize;
        long infoAt = notesAt + notes.Length;
        long bitmapAt = (1L + subBlocks) * BlockSize;
        long dumpedAt = HasSingleBitmap ? bitmapAt : bitmapAt + ((long)bitmapBlocks * BlockSize);
        long descriptorsAt = dumpedAt + ((long)bitmapBlocks * BlockSize);

        var file = new WireWriter(IsBigEndian, WordSize);
        WriteHeader(file, subBlocks, bitmapBlocks * (HasSingleBitmap ? 1 : 2), max);
        file.At(notesAt).Bytes(notes).At(infoAt).Bytes(info);
        file.At(bitmapAt).Bytes(Bitmap(max, _ => true));
        file.At(dumpedAt).Bytes(Bitmap(max, page => !page.IsExcluded));
        long eraseAt = WritePages(file, descriptorsAt);
        byte[] erase = Encoding.ASCII.GetBytes(EraseInfo ?? "");
        file.At(eraseAt).Bytes(erase);
        WriteSubHeader(file, infoAt, info.Length, notesAt, notes.Length, eraseAt, erase.Length, max);
        _places["bitmap"] = bitmapAt;
        _places["dumped"] = dumpedAt;
        _places["descriptors"] = descriptorsAt;
        return file.ToArray();
    }

    /// <summary>The same dump in makedumpfile's flattened form: records of up to <paramref name="recordBytes"/>, the header written last.</summary>
    public byte[] ToFlattened(int recordBytes = 1000) => FlattenedWriter.Wrap(ToArray(), recordBytes);

    private byte[] Bitmap(ulong max, Func<StoredPage, bool> isWanted)
    {
        byte[] bits = new byte[(max + 7) / 8];
        foreach ((ulong pfn, StoredPage page) in _pages)
        {
            if (isWanted(page))
            {
                bits[pfn / 8] |= (byte)(1 << (int)(pfn % 8));
            }
        }

        return bits;
    }

    private void WriteHeader(WireWriter file, int subBlocks, int bitmapBlocks, ulong max)
    {
        uint methods = _pages.Values.Aggregate(0u, (all, page) => all | (uint)page.Compression);
        file.Text("KDUMP   ", 8).I32(Version);
        foreach (string field in new[] { "Linux", "testnode", Release, "#1 SMP test", Machine, "(none)" })
        {
            file.Text(field, 65);
        }

        file.At(WordSize == 8 ? 408 : 404).Word(Seconds).Word(0);
        Place("status", file).U32(Status ?? methods);
        Place("block_size", file).I32(BlockSize);
        Place("sub_hdr_size", file).I32(subBlocks);
        Place("bitmap_blocks", file).U32((uint)bitmapBlocks);
        Place("max_mapnr", file).U32(unchecked((uint)max));
        file.Zeros(12).U32(1);
        Place("nr_cpus", file).I32(CpuCount);
    }

    private void WriteSubHeader(
        WireWriter file, long infoAt, int infoBytes, long notesAt, int noteBytes, long eraseAt, int eraseBytes, ulong max)
    {
        int alignment = WordSize == 8 || IsPadded ? 8 : 4;
        Place("phys_base", file.At(BlockSize)).Word(PhysBase);
        file.I32(DumpLevel);
        Place("split", file).I32(Version >= 2 && Split is not null ? 1 : 0);
        Place("start_pfn", file).Word(Split?.Start ?? 0);
        Place("end_pfn", file).Word(Split?.End ?? 0);
        WriteArea(file, alignment, "vmcoreinfo", Version >= 3 && infoBytes > 0, infoAt, infoBytes);
        WriteArea(file, alignment, "note", Version >= 4 && noteBytes > 0, notesAt, noteBytes);
        WriteArea(file, alignment, "eraseinfo", Version >= 5 && eraseBytes > 0, eraseAt, eraseBytes);
        if (Version >= 6)
        {
            Place("start_pfn_64", file.Align(alignment)).U64(Split?.Start ?? 0);
            Place("end_pfn_64", file).U64(Split?.End ?? 0);
            Place("max_mapnr_64", file).U64(max);
        }
    }

    private void WriteArea(WireWriter file, int alignment, string name, bool isThere, long offset, int size)
    {
        Place("offset_" + name, file.Align(alignment)).U64(isThere ? (ulong)offset : 0);
        Place("size_" + name, file).Word(isThere ? (ulong)size : 0);
    }

    /// <summary>Writes descriptors and data of this file's pages; returns where the data ends.</summary>
    private long WritePages(WireWriter file, long descriptorsAt)
    {
        KeyValuePair<ulong, StoredPage>[] pages = _pages
            .Where(entry => !entry.Value.IsExcluded && (Split is not { } split || (entry.Key >= split.Start && entry.Key < split.End)))
            .ToArray();
        long dataAt = descriptorsAt + (24L * pages.Length);
        long zeroAt = 0;
        for (int i = 0; i < pages.Length; i++)
        {
            StoredPage page = pages[i].Value;
            bool isZero = page.Bytes is null;
            byte[] stored = page.Stored ?? (isZero ? new byte[BlockSize] : Compress(page.Bytes, page.Compression));
            long at = isZero && zeroAt != 0 ? zeroAt : dataAt;
            file.At(at).Bytes(stored);
            dataAt = at == dataAt ? dataAt + stored.Length : dataAt;
            zeroAt = isZero ? at : zeroAt;
            _places[$"descriptor {pages[i].Key}"] = descriptorsAt + (24L * i);
            _places[$"page {pages[i].Key}"] = at;
            file.At(descriptorsAt + (24L * i));
            if (i < LostFrom)
            {
                file.U64((ulong)at).U32((uint)stored.Length).U32((uint)page.Compression).U64(0);
            }
            else
            {
                file.Zeros(24);
            }
        }

        return dataAt;
    }

    private WireWriter Place(string name, WireWriter file)
    {
        _places[name] = file.Position;
        return file;
    }

    private sealed record StoredPage(byte[]? Bytes, PageCompression Compression, byte[]? Stored)
    {
        public bool IsExcluded { get; init; }
    }
}
