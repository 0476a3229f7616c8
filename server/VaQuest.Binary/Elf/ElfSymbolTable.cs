// ElfSymbolTable: reads symbols in place, without an object for each.
using System.Buffers.Binary;
using System.Text;

namespace VaQuest.Binary.Elf;

/// <summary>
/// The symbols of a file, read from its bytes on demand. Searching by name looks through the names; searching by address builds a sorted index on first
/// use. Safe for concurrent callers.
/// </summary>
public sealed class ElfSymbolTable
{
    private const int SectionIndexEscape = 0xffff;
    private const int MaxNameLength = 65536;

    // Sorting a kernel's symbols costs about as much as this many scans.
    private const int SearchesBeforeIndex = 16;

    // Pieces of tables that may be larger than a span can be.
    private const int EntriesAtOnce = 1 << 20;
    private const int NameBytesAtOnce = 1 << 26;

    private readonly ByteRegion _symbols;
    private readonly ByteRegion _names;
    private readonly ByteRegion _sectionIndices;
    private readonly bool _bigEndian;
    private readonly bool _is64;
    private readonly int _entrySize;
    private int[]? _byAddress;
    private int _searches;

    private ElfSymbolTable(ByteRegion symbols, ByteRegion names, ByteRegion sectionIndices, ElfHeader header)
    {
        _symbols = symbols;
        _names = names;
        _sectionIndices = sectionIndices;
        _bigEndian = header.IsBigEndian;
        _is64 = header.Is64Bit;
        _entrySize = _is64 ? 24 : 16;
        Count = (int)Math.Min(int.MaxValue, symbols.Length / _entrySize);
    }

    /// <summary>Number of entries, the null symbol included.</summary>
    public int Count { get; }

    /// <summary>The symbol at an index. Throws <see cref="DumpFormatException"/> outside 0..Count-1.</summary>
    public ElfSymbol this[int index]
    {
        get
        {
            var reader = new SpanReader(_symbols.Span((long)index * _entrySize, _entrySize), _bigEndian, _is64 ? 8 : 4);
            uint name = reader.ReadUInt32();
            ulong value = 0;
            ulong size = 0;
            if (!_is64)
            {
                value = reader.ReadUInt32();
                size = reader.ReadUInt32();
            }

            byte info = reader.ReadByte();
            reader.ReadByte();
            uint section = reader.ReadUInt16();
            if (_is64)
            {
                value = reader.ReadUInt64();
                size = reader.ReadUInt64();
            }

            return new ElfSymbol(index, name, value, size, info, section == SectionIndexEscape ? ReadSectionIndex(index) : section);
        }
    }

    /// <summary>A symbol's name as bytes; empty when it has none or its offset is bad.</summary>
    public ReadOnlySpan<byte> NameBytes(ElfSymbol symbol)
    {
        if (symbol.NameOffset >= _names.Length)
        {
            return default;
        }

        ReadOnlySpan<byte> text = _names.Span(symbol.NameOffset, (int)Math.Min(MaxNameLength, _names.Length - symbol.NameOffset));
        int end = text.IndexOf((byte)0);
        return end < 0 ? default : text[..end];
    }

    public string NameOf(ElfSymbol symbol) => Encoding.UTF8.GetString(NameBytes(symbol));

    /// <summary>
    /// The first defined symbol of that name, global ones preferred; null when there is none. Looks for the name in the string table, which is quick
    /// and ends most searches for what a kernel does not have, then for the symbols that point there.
    /// </summary>
    public ElfSymbol? FindByName(string name)
    {
        List<uint> places = FindNames(Encoding.UTF8.GetBytes(name));
        ElfSymbol? local = null;
        for (int first = 1; places.Count > 0 && first < Count; first += EntriesAtOnce)
        {
            ReadOnlySpan<byte> entries = _symbols.Span((long)first * _entrySize, Math.Min(EntriesAtOnce, Count - first) * _entrySize);
            for (int at = 0; at < entries.Length; at += _entrySize)
            {
                ReadOnlySpan<byte> field = entries.Slice(at, 4);
                if (places.BinarySearch(_bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(field) : BinaryPrimitives.ReadUInt32LittleEndian(field)) < 0
                    || this[first + (at / _entrySize)] is not { IsDefined: true } symbol)
                {
                    continue;
                }

                if (symbol.Binding != 0)
                {
                    return symbol;
                }

                local ??= symbol;
            }
        }

        return local;
    }

    /// <summary>
    /// The named symbol at or closest before an address that covers it (a symbol of size 0 covers up to the next); null when there is
    /// none. Functions are preferred to other symbols of the same address, global ones to local ones.
    /// </summary>
    /// <param name="address">In linked files an address, in relocatable ones an offset in <paramref name="sectionIndex"/>.</param>
    /// <param name="sectionIndex">Only symbols of this section; null for all.</param>
    public ElfSymbol? FindByAddress(ulong address, uint? sectionIndex = null)
    {
        if (_byAddress is null && Interlocked.Increment(ref _searches) <= SearchesBeforeIndex)
        {
            return ScanForAddress(address, sectionIndex);
        }

        int[] order = _byAddress ?? BuildAddressIndex();
        int low = 0;
        int high = order.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (this[order[middle]].Value <= address)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        for (int i = low - 1; i >= 0; i--)
        {
            ElfSymbol symbol = this[order[i]];
            if (sectionIndex is not null && symbol.SectionIndex != sectionIndex)
            {
                continue;
            }

            return symbol.Size == 0 || address - symbol.Value < symbol.Size ? symbol : null;
        }

        return null;
    }

    internal static ElfSymbolTable Read(ElfImage image)
    {
        ElfSection? table = null;
        ElfSection? indices = null;
        foreach (ElfSection section in image.Sections)
        {
            bool isBetter = section.Type == ElfSectionType.SymbolTable || (section.Type == ElfSectionType.DynamicSymbols && table is null);
            if (isBetter && section.HasBytes && table?.Type != ElfSectionType.SymbolTable)
            {
                table = section;
            }
        }

        if (table is null)
        {
            return new ElfSymbolTable(default, default, default, image.Header);
        }

        foreach (ElfSection section in image.Sections)
        {
            if (section.Type == ElfSectionType.SymbolSectionIndices && section.Link == (uint)table.Index)
            {
                indices = section;
            }
        }

        ByteRegion names = table.Link < (uint)image.Sections.Count ? image.GetData(image.Sections[(int)table.Link]) : default;
        return new ElfSymbolTable(image.GetData(table), names, indices is null ? default : image.GetData(indices), image.Header);
    }

    /// <summary>Offsets in the string table where a name ends with its null byte, ascending: linkers let a name be the end of a longer one.</summary>
    private List<uint> FindNames(byte[] name)
    {
        var places = new List<uint>();
        if (name.Length is 0 or >= MaxNameLength || name.Contains((byte)0))
        {
            return places;
        }

        byte[] wanted = [.. name, 0];
        long end = Math.Min(_names.Length, uint.MaxValue);
        for (long start = 0; start + wanted.Length <= end; start += NameBytesAtOnce)
        {
            ReadOnlySpan<byte> names = _names.Span(start, (int)Math.Min(NameBytesAtOnce + name.Length, end - start));
            for (int at = 0; names[at..].IndexOf(wanted) is var next and >= 0; at += next + 1)
            {
                places.Add((uint)(start + at + next));
            }
        }

        return places;
    }

    private uint ReadSectionIndex(int symbolIndex)
    {
        long at = (long)symbolIndex * 4;
        return _sectionIndices.Contains(at, 4) ? new SpanReader(_sectionIndices.Span(at, 4), _bigEndian).ReadUInt32() : 0;
    }

    private ElfSymbol? ScanForAddress(ulong address, uint? sectionIndex)
    {
        ElfSymbol? best = null;
        for (int i = 1; i < Count; i++)
        {
            ElfSymbol symbol = this[i];
            if (symbol.Value <= address && (best is null || symbol.Value >= best.Value.Value)
                && (sectionIndex is null || symbol.SectionIndex == sectionIndex) && IsPlace(symbol)
                && (best is null || symbol.Value > best.Value.Value || RankOf(symbol) >= RankOf(best.Value)))
            {
                best = symbol;
            }
        }

        return best is { } found && (found.Size == 0 || address - found.Value < found.Size) ? best : null;
    }

    private bool IsPlace(ElfSymbol symbol) =>
        symbol.IsDefined && symbol.Type <= 2 && symbol.SectionIndex != ElfSymbol.Absolute && !NameBytes(symbol).IsEmpty;

    private static int RankOf(ElfSymbol symbol) => (symbol.IsFunction ? 2 : 0) + (symbol.Binding != 0 ? 1 : 0);

    private int[] BuildAddressIndex()
    {
        var keys = new List<(ulong Value, int Rank, int Index)>(Count);
        for (int i = 1; i < Count; i++)
        {
            ElfSymbol symbol = this[i];
            if (IsPlace(symbol))
            {
                keys.Add((symbol.Value, RankOf(symbol), i));
            }
        }

        keys.Sort();
        int[] order = keys.ConvertAll(key => key.Index).ToArray();
        return Interlocked.CompareExchange(ref _byAddress, order, null) ?? order;
    }
}
