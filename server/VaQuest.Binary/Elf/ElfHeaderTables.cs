// ElfHeaderTables: reads the ELF header, the section headers and the program headers.
using System.Text;

namespace VaQuest.Binary.Elf;

/// <summary>The header tables of one file, validated against its length before anything is allocated.</summary>
internal sealed class ElfHeaderTables
{
    // Index value meaning "see section header 0" (gABI, SHN_XINDEX) and the program header count with the same meaning (PN_XNUM).
    private const int IndexInSectionZero = 0xffff;

    // Section and segment names of real files are short; a longer one is damage, and would only cost memory.
    private const int MaxNameLength = 4096;

    private readonly ByteRegion _bytes;
    private readonly string _name;
    private readonly ElfLimits _limits;

    private ElfHeaderTables(ByteRegion bytes, string name, ElfLimits limits, ElfHeader header)
    {
        _bytes = bytes;
        _name = name;
        _limits = limits;
        Header = header;
    }

    public static ReadOnlySpan<byte> Magic => [0x7f, (byte)'E', (byte)'L', (byte)'F'];

    public ElfHeader Header { get; }

    public ElfSection[] Sections { get; private set; } = [];

    public ElfSegment[] Segments { get; private set; } = [];

    public static ElfHeaderTables Read(ByteRegion bytes, string name, ElfLimits limits)
    {
        ReadOnlySpan<byte> start = bytes.Span(0, (int)Math.Min(64, bytes.Length));
        if (!start.StartsWith(Magic))
        {
            throw ElfErrors.NotElf(name);
        }

        (bool is64, bool bigEndian) = ReadIdentification(start, name);
        int headerSize = is64 ? 64 : 52;
        if (start.Length < headerSize)
        {
            throw ElfErrors.Truncated(name, "ELF header", 0, (ulong)headerSize, bytes.Length);
        }

        var reader = new SpanReader(start, bigEndian, is64 ? 8 : 4) { Position = 16 };
        var type = (ElfType)reader.ReadUInt16();
        var machine = (ElfMachine)reader.ReadUInt16();
        reader.ReadUInt32();
        ulong entry = reader.ReadWord();
        ulong segmentsAt = reader.ReadWord();
        ulong sectionsAt = reader.ReadWord();
        uint flags = reader.ReadUInt32();
        reader.ReadUInt16();
        var layout = new TableLayout(segmentsAt, reader.ReadUInt16(), reader.ReadUInt16(), sectionsAt,
            reader.ReadUInt16(), reader.ReadUInt16(), reader.ReadUInt16());
        var tables = new ElfHeaderTables(bytes, name, limits, new ElfHeader(is64, bigEndian, type, machine, entry, flags));
        tables.ReadTables(layout);
        return tables;
    }

    private static (bool Is64, bool BigEndian) ReadIdentification(ReadOnlySpan<byte> start, string name)
    {
        if (start.Length < 16)
        {
            throw ElfErrors.Truncated(name, "ELF header", 0, 16, start.Length);
        }

        bool is64 = start[4] switch { 1 => false, 2 => true, var other => throw ElfErrors.BadIdentification(name, "class", other) };
        bool big = start[5] switch { 1 => false, 2 => true, var other => throw ElfErrors.BadIdentification(name, "byte order", other) };
        return (is64, big);
    }

    private void ReadTables(TableLayout layout)
    {
        RawSection zero = default;
        int sectionSize = Header.Is64Bit ? 64 : 40;
        bool hasSections = layout.SectionsAt != 0;
        if (hasSections)
        {
            Check("section header", layout.SectionsAt, 1, layout.SectionEntrySize, sectionSize, long.MaxValue);
            zero = ReadSection(layout, 0);
        }

        ulong segmentCount = layout.SegmentCount == IndexInSectionZero && hasSections ? zero.Info : (ulong)layout.SegmentCount;
        ReadSegments(layout, segmentCount);
        if (hasSections)
        {
            ReadSections(layout, layout.SectionCount == 0 ? zero.Size : (ulong)layout.SectionCount,
                layout.NameIndex == IndexInSectionZero ? zero.Link : layout.NameIndex);
        }
    }

    private void Check(string what, ulong offset, ulong count, int entrySize, int needed, long limit)
    {
        if (entrySize < needed)
        {
            throw ElfErrors.BadEntrySize(_name, what + "s", (ulong)entrySize, needed);
        }

        if (count > (ulong)limit)
        {
            throw ElfErrors.TooMany(_name, what + "s", count, limit);
        }

        ulong size = count * (ulong)entrySize;
        if (offset > (ulong)_bytes.Length || size > (ulong)_bytes.Length - offset)
        {
            throw ElfErrors.Truncated(_name, what + " table", offset, size, _bytes.Length);
        }
    }

    private void ReadSegments(TableLayout layout, ulong count)
    {
        if (count == 0 || layout.SegmentsAt == 0)
        {
            return;
        }

        Check("program header", layout.SegmentsAt, count, layout.SegmentEntrySize, Header.Is64Bit ? 56 : 32, _limits.MaxSegments);
        var segments = new ElfSegment[(int)count];
        for (int i = 0; i < segments.Length; i++)
        {
            SpanReader reader = ReaderAt(layout.SegmentsAt, i, layout.SegmentEntrySize);
            segments[i] = Header.Is64Bit ? ReadSegment64(ref reader) : ReadSegment32(ref reader);
        }

        Segments = segments;
    }

    private static ElfSegment ReadSegment64(ref SpanReader reader)
    {
        uint type = reader.ReadUInt32();
        uint flags = reader.ReadUInt32();
        return new ElfSegment(type, flags, reader.ReadUInt64(), reader.ReadUInt64(), reader.ReadUInt64(),
            reader.ReadUInt64(), reader.ReadUInt64(), reader.ReadUInt64());
    }

    private static ElfSegment ReadSegment32(ref SpanReader reader)
    {
        uint type = reader.ReadUInt32();
        ulong offset = reader.ReadUInt32();
        ulong virtualAddress = reader.ReadUInt32();
        ulong physicalAddress = reader.ReadUInt32();
        ulong fileSize = reader.ReadUInt32();
        ulong memorySize = reader.ReadUInt32();
        uint flags = reader.ReadUInt32();
        return new ElfSegment(type, flags, offset, virtualAddress, physicalAddress, fileSize, memorySize, reader.ReadUInt32());
    }

    private void ReadSections(TableLayout layout, ulong count, uint nameIndex)
    {
        Check("section header", layout.SectionsAt, count, layout.SectionEntrySize, Header.Is64Bit ? 64 : 40, _limits.MaxSections);
        var raw = new RawSection[(int)count];
        for (int i = 0; i < raw.Length; i++)
        {
            raw[i] = ReadSection(layout, i);
        }

        ByteRegion names = nameIndex < (uint)raw.Length ? NameTable(raw[nameIndex]) : default;
        var sections = new ElfSection[raw.Length];
        for (int i = 0; i < raw.Length; i++)
        {
            RawSection s = raw[i];
            sections[i] = new ElfSection(i, ReadName(names, s.Name), (ElfSectionType)s.Type, s.Flags, s.Address, s.Offset, s.Size,
                s.Link, s.Info, s.Alignment, s.EntrySize);
        }

        Sections = sections;
    }

    private ByteRegion NameTable(RawSection section)
    {
        bool fits = section.Type == (uint)ElfSectionType.StringTable && section.Offset <= (ulong)_bytes.Length
            && section.Size <= (ulong)_bytes.Length - section.Offset;
        return fits ? _bytes.Slice((long)section.Offset, (long)section.Size) : default;
    }

    private static string ReadName(ByteRegion names, uint offset)
    {
        if (offset >= names.Length)
        {
            return "";
        }

        ReadOnlySpan<byte> text = names.Span(offset, (int)Math.Min(MaxNameLength, names.Length - offset));
        int end = text.IndexOf((byte)0);
        return end < 0 ? "" : Encoding.UTF8.GetString(text[..end]);
    }

    private RawSection ReadSection(TableLayout layout, int index)
    {
        SpanReader reader = ReaderAt(layout.SectionsAt, index, layout.SectionEntrySize);
        return new RawSection
        {
            Name = reader.ReadUInt32(),
            Type = reader.ReadUInt32(),
            Flags = reader.ReadWord(),
            Address = reader.ReadWord(),
            Offset = reader.ReadWord(),
            Size = reader.ReadWord(),
            Link = reader.ReadUInt32(),
            Info = reader.ReadUInt32(),
            Alignment = reader.ReadWord(),
            EntrySize = reader.ReadWord(),
        };
    }

    private SpanReader ReaderAt(ulong tableOffset, int index, int entrySize) =>
        new(_bytes.Span((long)tableOffset + ((long)index * entrySize), entrySize), Header.IsBigEndian, Header.WordSize);

    private readonly record struct TableLayout(
        ulong SegmentsAt, int SegmentEntrySize, int SegmentCount, ulong SectionsAt, int SectionEntrySize, int SectionCount, uint NameIndex);

    private struct RawSection
    {
        public uint Name;
        public uint Type;
        public ulong Flags;
        public ulong Address;
        public ulong Offset;
        public ulong Size;
        public uint Link;
        public uint Info;
        public ulong Alignment;
        public ulong EntrySize;
    }
}
