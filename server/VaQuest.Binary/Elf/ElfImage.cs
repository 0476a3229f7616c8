// ElfImage: a parsed ELF file: header, sections, segments, notes, symbols.
using System.Globalization;

namespace VaQuest.Binary.Elf;

/// <summary>
/// An ELF file over mapped or in-memory bytes. Only the header tables are read at once; section data, symbols and notes are read when
/// asked for. Immutable and safe for concurrent callers. Everything throws <see cref="DumpFormatException"/> on bad input and nothing else.
/// </summary>
public sealed class ElfImage
{
    private readonly ByteRegion _bytes;
    private readonly ElfLimits _limits;
    private readonly byte[]?[] _decompressed;
    private readonly Lock _lock = new();
    private ElfSymbolTable? _symbols;
    private string? _buildId;
    private bool _buildIdRead;

    private ElfImage(string name, ByteRegion bytes, ElfHeader header, ElfSection[] sections, ElfSegment[] segments, ElfLimits limits)
    {
        Name = name;
        _bytes = bytes;
        _limits = limits;
        Header = header;
        Sections = sections;
        Segments = segments;
        _decompressed = new byte[]?[sections.Length];
    }

    /// <summary>The file's path or a description, for messages.</summary>
    public string Name { get; }

    public ElfHeader Header { get; }

    /// <summary>The section headers in file order, the null section first; empty when the file has none.</summary>
    public IReadOnlyList<ElfSection> Sections { get; }

    public IReadOnlyList<ElfSegment> Segments { get; }

    /// <summary>The whole file's bytes.</summary>
    public ByteRegion Bytes => _bytes;

    /// <summary>Build id as lower-case hex, or null when the file has none.</summary>
    public string? BuildId
    {
        get
        {
            if (!Volatile.Read(ref _buildIdRead))
            {
                _buildId = ReadBuildId();
                Volatile.Write(ref _buildIdRead, true);
            }

            return _buildId;
        }
    }

    /// <summary>.symtab, or .dynsym when there is no .symtab; empty when there is neither.</summary>
    public ElfSymbolTable Symbols
    {
        get
        {
            if (_symbols is null)
            {
                Interlocked.CompareExchange(ref _symbols, ElfSymbolTable.Read(this), null);
            }

            return _symbols;
        }
    }

    /// <summary>Reads the header tables. Throws <see cref="DumpFormatException"/> when they are not those of an ELF file.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">Path or description for messages.</param>
    public static ElfImage Parse(ByteRegion bytes, string name, ElfLimits? limits = null)
    {
        ElfLimits caps = limits ?? ElfLimits.Default;
        ElfHeaderTables tables = ElfHeaderTables.Read(bytes, name, caps);
        return new ElfImage(name, bytes, tables.Header, tables.Sections, tables.Segments, caps);
    }

    /// <summary>True when the bytes start like an ELF file.</summary>
    public static bool IsElf(ReadOnlySpan<byte> start) => start.StartsWith(ElfHeaderTables.Magic);

    /// <summary>The first section of that name; a .debug_ name also finds its .zdebug_ form.</summary>
    public ElfSection? FindSection(string sectionName)
    {
        ElfSection[] sections = (ElfSection[])Sections;
        foreach (ElfSection section in sections)
        {
            if (section.Name == sectionName)
            {
                return section;
            }
        }

        return sectionName.StartsWith(".debug_", StringComparison.Ordinal) ? FindSection(".z" + sectionName[1..]) : null;
    }

    /// <summary>
    /// A section's bytes, decompressed when they are compressed (once, then kept); empty for a section without bytes in the file.
    /// Relocations are not applied.
    /// </summary>
    public ByteRegion GetData(ElfSection section)
    {
        if (!section.HasBytes)
        {
            return default;
        }

        if (!section.IsCompressed)
        {
            return GetStoredData(section);
        }

        lock (_lock)
        {
            byte[] bytes = _decompressed[section.Index] ??=
                ElfCompression.Decompress(GetStoredData(section), section, Header, Name, _limits.MaxDecompressedSection);
            return new ByteRegion(bytes);
        }
    }

    /// <summary>The data of the first section of that name, or null when there is no such section with bytes.</summary>
    public ByteRegion? FindData(string sectionName) => FindSection(sectionName) is { HasBytes: true } section ? GetData(section) : null;

    /// <summary>The bytes of a segment that are in the file. Throws when the file ends before them.</summary>
    public ByteRegion GetData(ElfSegment segment)
    {
        if (!Fits(segment.FileOffset, segment.FileSize))
        {
            ElfErrors.Throw(ElfErrors.Truncated(Name, "segment", segment.FileOffset, segment.FileSize, _bytes.Length));
        }

        return _bytes.Slice((long)segment.FileOffset, (long)segment.FileSize);
    }

    /// <summary>All notes: those of note sections, or of note segments when there are no such sections. Damaged ones end their section.</summary>
    public IEnumerable<ElfNote> EnumerateNotes()
    {
        bool found = false;
        foreach (ElfSection section in Sections)
        {
            if (section.Type == ElfSectionType.Note && Fits(section.FileOffset, section.Size))
            {
                found = true;
                foreach (ElfNote note in ElfNotes.Enumerate(GetData(section), Header.IsBigEndian, section.Alignment))
                {
                    yield return note;
                }
            }
        }

        if (found)
        {
            yield break;
        }

        foreach (ElfSegment segment in Segments)
        {
            if (segment.Type == ElfSegment.Note && Fits(segment.FileOffset, segment.FileSize))
            {
                foreach (ElfNote note in ElfNotes.Enumerate(GetData(segment), Header.IsBigEndian, segment.Alignment))
                {
                    yield return note;
                }
            }
        }
    }

    private ByteRegion GetStoredData(ElfSection section)
    {
        if (!Fits(section.FileOffset, section.Size))
        {
            ElfErrors.Throw(ElfErrors.Truncated(Name, "section " + section.Name, section.FileOffset, section.Size, _bytes.Length));
        }

        return _bytes.Slice((long)section.FileOffset, (long)section.Size);
    }

    private bool Fits(ulong offset, ulong size) => offset <= (ulong)_bytes.Length && size <= (ulong)_bytes.Length - offset;

    private string? ReadBuildId()
    {
        foreach (ElfNote note in EnumerateNotes())
        {
            if (note.Type == ElfNote.GnuBuildId && note.Owner == "GNU" && note.Descriptor.Length is > 0 and var length
                && length <= _limits.MaxBuildId)
            {
                return Convert.ToHexString(note.Descriptor.Span(0, (int)length)).ToLower(CultureInfo.InvariantCulture);
            }
        }

        return null;
    }
}
