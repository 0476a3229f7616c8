// RamSection: reads the memory section of a migration stream.
using System.Numerics;
using VaQuest.Binary;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.QemuMigration;

/// <summary>
/// Records of section "ram", version 4 (QEMU: migration/ram.c): a 64-bit word, big-endian, an address with flags in its low bits, then what the
/// flags promise.
/// </summary>
internal sealed class RamSection(DumpInput input, string machine, int pageSize)
{
    private const ulong FlagZero = 0x02;
    private const ulong FlagSizes = 0x04;
    private const ulong FlagPage = 0x08;
    private const ulong FlagEnd = 0x10;
    private const ulong FlagContinue = 0x20;
    private const ulong FlagDifference = 0x40;
    private const ulong FlagHook = 0x80;
    private const ulong FlagCompressed = 0x100;
    private const ulong FlagFlush = 0x200;

    /// <summary>Version, page size, offset of the bitmap, offset of the pages, packed.</summary>
    private const int MappedHeaderBytes = 28;

    /// <summary>QEMU's own limit is the length byte; a machine has a few dozen blocks.</summary>
    private const int MaxBlocks = 4096;

    private readonly List<RamBlock> _blocks = [];
    private RamBlock? _current;

    public IReadOnlyList<RamBlock> Blocks => _blocks;

    public PageRunList Runs { get; } = new(pageSize, input.Limits);

    /// <summary>The architecture that the names of the blocks tell, or null.</summary>
    public string? Architecture { get; private set; }

    /// <summary>True for mapped-ram, where a page that is not in the file is zero.</summary>
    public bool IsMapped { get; private set; }

    /// <summary>Reads records up to the mark that ends a part of the section.</summary>
    public void ReadPart(ByteCursor cursor)
    {
        for (long count = 0; ; count++)
        {
            if ((count & 0xffff) == 0)
            {
                input.Cancellation.ThrowIfCancellationRequested();
            }

            long at = cursor.Position;
            ulong word = cursor.ReadUInt64();
            ulong flags = word & (ulong)(pageSize - 1);
            ulong offset = word - flags;
            switch (flags & ~FlagContinue)
            {
                case FlagEnd:
                    return;
                case FlagSizes:
                    ReadBlocks(cursor, offset);
                    break;
                case FlagHook or FlagFlush:
                    break;
                case FlagZero or FlagPage or FlagCompressed or FlagDifference:
                    ReadPage(cursor, flags, offset);
                    break;
                default:
                    throw new DumpFormatException(
                        FormatError.BadValue, FormattableString.Invariant($"the memory record at byte {at} has flags 0x{flags:x}, which mean nothing known"));
            }
        }
    }

    private void ReadPage(ByteCursor cursor, ulong flags, ulong offset)
    {
        if ((flags & FlagContinue) == 0)
        {
            string name = ReadName(cursor);
            _current = _blocks.Find(block => block.Name == name)
                ?? throw new DumpFormatException(FormatError.BadValue, $"a page belongs to the memory block \"{DumpText.Shorten(name)}\", which the stream did not announce");
        }

        RamBlock block = _current
            ?? throw new DumpFormatException(FormatError.BadValue, "the first page of the stream does not say to which memory block it belongs");
        if (offset >= block.Bytes)
        {
            throw new DumpFormatException(
                FormatError.BadValue, FormattableString.Invariant($"a page lies at 0x{offset:x} of the memory block {DumpText.Shorten(block.Name)}, which has {block.Bytes} bytes"));
        }

        PhysAddr? physical = block.Translate(offset);
        switch (flags & ~FlagContinue)
        {
            case FlagZero:
                byte fill = cursor.ReadByte();
                Add(physical, PageRunKind.Filled, cursor.Position, 0, fill);
                break;
            case FlagPage:
                Add(physical, PageRunKind.Stored, cursor.Position, pageSize);
                SkipData(cursor, pageSize);
                break;
            case FlagCompressed:
                int compressed = ReadLength(cursor.ReadUInt32(), MigrationMemory.MaxCompressedBytes(pageSize), "compressed page");
                Add(physical, PageRunKind.Zlib, cursor.Position, compressed);
                SkipData(cursor, compressed);
                break;
            default:
                cursor.ReadByte();
                int difference = ReadLength(cursor.ReadUInt16(), pageSize, "difference");
                Add(physical, PageRunKind.Difference, cursor.Position, difference);
                SkipData(cursor, difference);
                break;
        }
    }

    private void Add(PhysAddr? physical, PageRunKind kind, long position, int bytes, byte fill = 0)
    {
        if (physical is { } address)
        {
            Runs.Add(address, kind, position, bytes, fill);
        }
    }

    /// <summary>Data may be cut: its page is known then, and reading tells what is missing; the next record is not there.</summary>
    private static void SkipData(ByteCursor cursor, int bytes) => cursor.Skip(bytes);

    private static int ReadLength(uint length, int most, string what) => length > 0 && length <= most
        ? (int)length
        : throw new DumpFormatException(FormatError.BadValue, $"a {what} of the stream claims {length} bytes, but has 1 to {most}");

    private void ReadBlocks(ByteCursor cursor, ulong total)
    {
        var added = new List<RamBlock>();
        var mapped = new List<(RamBlock Block, ulong Bitmap, ulong Pages, int PageSize)>();
        ulong left = total;
        while (left > 0)
        {
            DumpLimits.Check("memory blocks", (ulong)(_blocks.Count + added.Count) + 1, MaxBlocks);
            string name = ReadName(cursor);
            ulong bytes = cursor.ReadUInt64();
            if (bytes == 0 || bytes > left)
            {
                throw new DumpFormatException(
                    FormatError.BadValue, $"the memory block {DumpText.Shorten(name)} claims {bytes} bytes, but only {left} of the guest's are left");
            }

            left -= bytes;
            var block = new RamBlock(name, bytes);
            added.Add(block);
            if (TryReadMappedHeader(cursor, out ulong bitmap, out ulong pages, out int size))
            {
                mapped.Add((block, bitmap, pages, size));
                cursor.Position = (long)Math.Min(long.MaxValue, pages + bytes);
            }
        }

        _blocks.AddRange(added);
        Architecture = RamPlacement.Place(_blocks, machine, input) ?? Architecture;
        foreach ((RamBlock block, ulong bitmap, ulong pages, int size) in mapped)
        {
            IsMapped = true;
            AddMapped(block, bitmap, pages, size);
        }
    }

    /// <summary>mapped-ram (QEMU 9.0: docs/devel/migration/mapped-ram.rst) puts a header behind each block: the bitmap follows it directly.</summary>
    private static bool TryReadMappedHeader(ByteCursor cursor, out ulong bitmap, out ulong pages, out int size)
    {
        bitmap = 0;
        pages = 0;
        size = 0;
        var reader = new SpanReader(cursor.Peek(MappedHeaderBytes), bigEndian: true);
        if (!reader.TryReadUInt32(out uint version) || !reader.TryReadUInt64(out ulong pageBytes) || !reader.TryReadUInt64(out bitmap)
            || !reader.TryReadUInt64(out pages))
        {
            return false;
        }

        bool isHeader = version == 1 && pageBytes is >= 4096 and <= 65536 && BitOperations.IsPow2(pageBytes)
            && bitmap == (ulong)cursor.Position + MappedHeaderBytes && pages > bitmap && pages <= long.MaxValue / 2;
        size = isHeader ? (int)pageBytes : 0;
        return isHeader;
    }

    private void AddMapped(RamBlock block, ulong bitmapAt, ulong pagesAt, int size)
    {
        if (size != pageSize)
        {
            throw new DumpFormatException(FormatError.Unsupported, $"the memory block {DumpText.Shorten(block.Name)} has pages of {size} bytes, not of {pageSize}");
        }

        ulong pages = block.Bytes / (ulong)size;
        DumpLimits.Check($"pages of the memory block {DumpText.Shorten(block.Name)}", pages / 8, input.Limits.MaxBitmapBytes);
        var window = new SourceWindow(input.Source);
        for (ulong at = 0; at < pages; at += 64)
        {
            // Lowest bit first, in words of the host that ran QEMU; all hosts that matter are little-endian.
            ReadOnlySpan<byte> word = window.At((long)(bitmapAt + (at / 8)), 8, "a bitmap of mapped-ram");
            if (word.Length < 8)
            {
                input.IsCut = true;
                throw new DumpFormatException(FormatError.Truncated, $"the file ends inside the bitmap of the memory block {DumpText.Shorten(block.Name)}");
            }

            ulong bits = System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(word);
            for (; bits != 0; bits &= bits - 1)
            {
                ulong page = at + (ulong)BitOperations.TrailingZeroCount(bits);
                if (page < pages)
                {
                    Add(block.Translate(page * (ulong)size), PageRunKind.Stored, (long)(pagesAt + (page * (ulong)size)), size);
                }
            }
        }
    }

    private static string ReadName(ByteCursor cursor) => DumpText.Clean(cursor.Take(cursor.ReadByte()));
}
