// ElfWriter: builds small ELF files for tests from sections, segments and symbols.
namespace VaQuest.TestKit.Elf;

/// <summary>
/// Defaults make a valid little-endian x86_64 executable; a test states only what it is about. Section 0, .symtab, .strtab and
/// .shstrtab are added by <see cref="Build"/>. The section headers are the last bytes of the file.
/// </summary>
public sealed class ElfWriter(bool is64 = true, bool bigEndian = false)
{
    private readonly List<Section> _sections = [];
    private readonly List<Segment> _segments = [];
    private readonly List<Symbol> _symbols = [];

    public ushort Type { get; init; } = 2;

    public ushort Machine { get; init; } = 62;

    /// <summary>Store the section count, the name table's index and the segment count in section header 0, as files with 65,280 sections do.</summary>
    public bool UseExtendedNumbering { get; init; }

    /// <summary>Adds a section and returns its index.</summary>
    public int AddSection(
        string name, byte[] data, uint type = 1, ulong flags = 0, ulong address = 0, uint link = 0, uint info = 0,
        ulong alignment = 1, ulong entrySize = 0, ulong? size = null)
    {
        _sections.Add(new Section(name, data, type, flags, address, link, info, alignment, entrySize, size));
        return _sections.Count;
    }

    /// <summary>Index of the symbol table, valid when all other sections have been added.</summary>
    public uint SymbolTableIndex => (uint)_sections.Count + 1;

    public void AddSegment(uint type, ulong address, byte[] data, ulong physical = 0, uint flags = 5, ulong alignment = 4) =>
        _segments.Add(new Segment(type, flags, address, physical, data, alignment));

    /// <summary>Adds a symbol and returns its index.</summary>
    public int AddSymbol(string name, ulong value, ulong size = 0, int type = 2, int binding = 1, int section = 1)
    {
        _symbols.Add(new Symbol(name, value, size, (byte)((binding << 4) | type), section));
        return _symbols.Count;
    }

    /// <summary>A note section's bytes with a GNU build id.</summary>
    public static byte[] BuildIdNote(byte[] id, bool bigEndian = false) => Note("GNU", 3, id, bigEndian);

    public static byte[] Note(string owner, uint type, byte[] descriptor, bool bigEndian = false) =>
        new ByteAssembler(bigEndian).U32((uint)owner.Length + 1).U32((uint)descriptor.Length).U32(type).Text(owner).Align(4)
            .Bytes(descriptor).Align(4).ToArray();

    /// <summary>A compressed section's bytes: the header of gABI's Elf_Chdr and the packed data.</summary>
    public byte[] Compressed(uint method, byte[] packed, ulong size)
    {
        ByteAssembler bytes = NewAssembler().U32(method);
        if (is64)
        {
            bytes.U32(0);
        }

        return bytes.Word(size).Word(1).Bytes(packed).ToArray();
    }

    public ByteAssembler NewAssembler() => new(bigEndian, is64 ? 8 : 4);

    public byte[] Build()
    {
        List<Section> sections = [.. _sections];
        AddSymbolSections(sections);
        (byte[] names, List<uint> nameOffsets) = BuildNames([.. sections, new Section(".shstrtab", [], 3)]);
        sections.Add(new Section(".shstrtab", names, 3));

        ByteAssembler file = NewAssembler();
        int headerSize = is64 ? 64 : 52;
        int segmentSize = is64 ? 56 : 32;
        file.Bytes(new byte[headerSize + (segmentSize * _segments.Count)]);
        List<ulong> segmentOffsets = Place(file, _segments.ConvertAll(s => s.Data));
        List<ulong> sectionOffsets = Place(file, sections.ConvertAll(s => s.Type == 8 ? [] : s.Data));
        file.Align(8);
        ulong sectionsAt = (ulong)file.Position;
        WriteSections(file, sections, nameOffsets, sectionOffsets);

        byte[] bytes = file.ToArray();
        ByteAssembler head = NewAssembler();
        WriteHeader(head, sectionsAt, sections.Count + 1, headerSize, segmentSize);
        WriteSegments(head, segmentOffsets);
        head.ToArray().CopyTo(bytes, 0);
        return bytes;
    }

    private static List<ulong> Place(ByteAssembler file, List<byte[]> parts)
    {
        var offsets = new List<ulong>();
        foreach (byte[] part in parts)
        {
            file.Align(8);
            offsets.Add((ulong)file.Position);
            file.Bytes(part);
        }

        return offsets;
    }

    private static (byte[] Names, List<uint> Offsets) BuildNames(List<Section> sections)
    {
        var names = new ByteAssembler();
        names.U8(0);
        var offsets = new List<uint>();
        foreach (Section section in sections)
        {
            offsets.Add((uint)names.Position);
            names.Text(section.Name);
        }

        return (names.ToArray(), offsets);
    }

    private void AddSymbolSections(List<Section> sections)
    {
        if (_symbols.Count == 0)
        {
            return;
        }

        var strings = new ByteAssembler();
        strings.U8(0);
        ByteAssembler table = NewAssembler().Bytes(new byte[is64 ? 24 : 16]);
        ByteAssembler indices = NewAssembler().U32(0);
        var stored = new List<(string Text, uint At)>();
        foreach (Symbol symbol in _symbols)
        {
            // As linkers do: a name that ends an earlier one is stored in it.
            (string Text, uint At) holder = stored.Find(text => text.Text.EndsWith(symbol.Name, StringComparison.Ordinal));
            uint name = holder.Text is null ? (uint)strings.Position : holder.At + (uint)(holder.Text.Length - symbol.Name.Length);
            if (holder.Text is null)
            {
                stored.Add((symbol.Name, name));
                strings.Text(symbol.Name);
            }

            int section = UseExtendedNumbering && symbol.Section != 0 ? 0xffff : symbol.Section;
            indices.U32((uint)symbol.Section);
            if (is64)
            {
                table.U32(name).U8(symbol.Info).U8(0).U16(section).U64(symbol.Value).U64(symbol.Size);
            }
            else
            {
                table.U32(name).U32((uint)symbol.Value).U32((uint)symbol.Size).U8(symbol.Info).U8(0).U16(section);
            }
        }

        uint symbolTable = (uint)sections.Count + 1;
        sections.Add(new Section(".symtab", table.ToArray(), 2, Link: symbolTable + 1, EntrySize: is64 ? 24u : 16u));
        sections.Add(new Section(".strtab", strings.ToArray(), 3));
        if (UseExtendedNumbering)
        {
            sections.Add(new Section(".symtab_shndx", indices.ToArray(), 18, Link: symbolTable, EntrySize: 4));
        }
    }

    private void WriteHeader(ByteAssembler head, ulong sectionsAt, int sectionCount, int headerSize, int segmentSize)
    {
        head.Bytes([0x7f, (byte)'E', (byte)'L', (byte)'F', (byte)(is64 ? 2 : 1), (byte)(bigEndian ? 2 : 1), 1]).Bytes(new byte[9]);
        head.U16(Type).U16(Machine).U32(1).Word(0xffffffff81000000 & (is64 ? ulong.MaxValue : uint.MaxValue));
        head.Word(_segments.Count == 0 ? 0 : (ulong)headerSize).Word(sectionsAt).U32(0).U16(headerSize).U16(segmentSize);
        head.U16(UseExtendedNumbering ? 0xffff : _segments.Count).U16(is64 ? 64 : 40);
        head.U16(UseExtendedNumbering ? 0 : sectionCount).U16(UseExtendedNumbering ? 0xffff : sectionCount - 1);
    }

    private void WriteSegments(ByteAssembler head, List<ulong> offsets)
    {
        for (int i = 0; i < _segments.Count; i++)
        {
            Segment s = _segments[i];
            head.U32(s.Type);
            if (is64)
            {
                head.U32(s.Flags);
            }

            head.Word(offsets[i]).Word(s.Address).Word(s.Physical).Word((ulong)s.Data.Length).Word((ulong)s.Data.Length);
            if (!is64)
            {
                head.U32(s.Flags);
            }

            head.Word(s.Alignment);
        }
    }

    private void WriteSections(ByteAssembler file, List<Section> sections, List<uint> names, List<ulong> offsets)
    {
        int count = sections.Count + 1;
        bool extended = UseExtendedNumbering;
        file.U32(0).U32(0).Word(0).Word(0).Word(0).Word(extended ? (ulong)count : 0);
        file.U32(extended ? (uint)count - 1 : 0).U32(extended ? (uint)_segments.Count : 0).Word(0).Word(0);
        for (int i = 0; i < sections.Count; i++)
        {
            Section s = sections[i];
            file.U32(names[i]).U32(s.Type).Word(s.Flags).Word(s.Address).Word(offsets[i]).Word(s.Size ?? (ulong)s.Data.Length);
            file.U32(s.Link).U32(s.Info).Word(s.Alignment).Word(s.EntrySize);
        }
    }

    private sealed record Section(
        string Name, byte[] Data, uint Type, ulong Flags = 0, ulong Address = 0, uint Link = 0, uint Info = 0, ulong Alignment = 1,
        ulong EntrySize = 0, ulong? Size = null);

    private sealed record Segment(uint Type, uint Flags, ulong Address, ulong Physical, byte[] Data, ulong Alignment);

    private sealed record Symbol(string Name, ulong Value, ulong Size, byte Info, int Section);
}
