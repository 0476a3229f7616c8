// KallsymsTable: the kernel's own symbol table, searched where it lies in memory.
using System.Buffers.Binary;
using System.Text;
using VaQuest.Binary;

namespace VaQuest.DebugInfo.Kallsyms;

/// <summary>
/// kallsyms of a running kernel (scripts/kallsyms.c, kernel/kallsyms.c). Names are token-compressed; an address lookup decodes only the block of at most
/// 256 names around it, a name lookup uses the table sorted by name where the kernel has one (6.2, and stable trees that took it).
/// Methods throw <see cref="DumpFormatException"/> when a page they need is missing or damaged.
/// </summary>
public sealed class KallsymsTable
{
    /// <summary>Allyes configurations stay below two million.</summary>
    public const int MaxSymbols = 8_000_000;

    /// <summary>KSYM_NAME_LEN is 512 since 6.1; one more byte is the type letter.</summary>
    private const int MaxNameBytes = 1024;

    private const int BlockSize = 256;

    private readonly LazyBytes _addresses;
    private readonly LazyBytes _names;
    private readonly LazyBytes _markers;
    private readonly LazyBytes? _byName;
    private readonly byte[] _tokens;
    private readonly ushort[] _tokenIndex;
    private readonly int _markerSize;
    private readonly KallsymsEncoding _encoding;
    private readonly ulong _relativeBase;
    private readonly ulong _offsetsAddress;

    internal KallsymsTable(KallsymsParts parts)
    {
        Count = parts.Count;
        _addresses = parts.Addresses;
        _names = parts.Names;
        _markers = parts.Markers;
        _markerSize = parts.MarkerSize;
        _byName = parts.ByName;
        _tokens = parts.Tokens;
        _tokenIndex = parts.TokenIndex;
        _encoding = parts.Encoding;
        _relativeBase = parts.RelativeBase;
        _offsetsAddress = parts.OffsetsAddress;
    }

    /// <summary>Number of symbols.</summary>
    public int Count { get; }

    /// <summary>True when names are found by binary search.</summary>
    public bool HasNameOrder => _byName is not null;

    /// <summary>Opens the tables. Throws <see cref="DumpFormatException"/> when they contradict themselves or are missing.</summary>
    public static KallsymsTable Open(KallsymsLocation location, MemoryReader read) => new KallsymsOpener(location, read).Open();

    /// <summary>Run-time address of symbol <paramref name="index"/>, 0 to Count - 1 in the order of addresses.</summary>
    public ulong AddressOf(int index)
    {
        if (_encoding == KallsymsEncoding.Absolute)
        {
            int size = _addresses.Length / Count;
            ReadOnlySpan<byte> word = _addresses.Span(index * size, size);
            return size == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(word) : BinaryPrimitives.ReadUInt32LittleEndian(word);
        }

        int offset = BinaryPrimitives.ReadInt32LittleEndian(_addresses.Span(index * 4, 4));
        return unchecked(_encoding switch
        {
            KallsymsEncoding.BaseRelative => _relativeBase + (uint)offset,
            KallsymsEncoding.AbsolutePerCpu => offset >= 0 ? (ulong)offset : _relativeBase - 1 - (ulong)(long)offset,
            _ => _offsetsAddress + ((ulong)index * 4) + (ulong)(long)offset,
        });
    }

    /// <summary>The last symbol at or below an address, or -1.</summary>
    public int FindIndex(ulong address)
    {
        int low = 0;
        int high = Count;
        while (low < high)
        {
            int middle = (int)(((uint)low + (uint)high) / 2);
            if (AddressOf(middle) <= address)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low - 1;
    }

    /// <summary>Name and type letter of a symbol.</summary>
    public string NameOf(int index, out char type)
    {
        Span<byte> text = stackalloc byte[MaxNameBytes];
        int length = Expand(OffsetOfName(index), text);
        type = length > 0 ? (char)text[0] : '?';
        return length > 1 ? Encoding.UTF8.GetString(text[1..length]) : "";
    }

    /// <summary>All symbols of a name, in the order of addresses; static functions may share one.</summary>
    public IReadOnlyList<int> FindByName(string name)
    {
        byte[] wanted = Encoding.UTF8.GetBytes(name);
        return _byName is null ? ScanForName(wanted) : SearchByName(wanted);
    }

    /// <summary>Calls <paramref name="visit"/> for every symbol with its name's bytes (without the type letter) until it returns false.</summary>
    public void VisitNames(KallsymsVisitor visit)
    {
        Span<byte> text = stackalloc byte[MaxNameBytes];
        int at = 0;
        for (int i = 0; i < Count; i++)
        {
            int length = Expand(at, text);
            bool goesOn = visit(i, length > 0 ? (char)text[0] : '?', length > 1 ? text[1..length] : default);
            if (!goesOn)
            {
                return;
            }

            at = Skip(at);
        }
    }

    private List<int> ScanForName(byte[] wanted)
    {
        var found = new List<int>();
        VisitNames((index, _, name) =>
        {
            if (name.SequenceEqual(wanted))
            {
                found.Add(index);
            }

            return true;
        });
        return found;
    }

    private List<int> SearchByName(byte[] wanted)
    {
        var found = new List<int>();
        Span<byte> text = stackalloc byte[MaxNameBytes];
        int low = 0;
        int high = Count;
        while (low < high)
        {
            int middle = (int)(((uint)low + (uint)high) / 2);
            if (CompareAt(middle, wanted, text) < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        for (; low < Count && CompareAt(low, wanted, text) == 0; low++)
        {
            found.Add(SymbolByNameOrder(low));
        }

        found.Sort();
        return found;
    }

    private int CompareAt(int order, byte[] wanted, Span<byte> text)
    {
        int length = Expand(OffsetOfName(SymbolByNameOrder(order)), text);
        return length > 1 ? text[1..length].SequenceCompareTo(wanted) : -1;
    }

    private int SymbolByNameOrder(int order)
    {
        ReadOnlySpan<byte> three = _byName!.Span(order * 3, 3);
        int index = (three[0] << 16) | (three[1] << 8) | three[2];
        return index < Count
            ? index
            : throw new DumpFormatException(FormatError.BadValue, FormattableString.Invariant($"kallsyms' name order names symbol {index} of {Count}"));
    }

    private int OffsetOfName(int index)
    {
        ReadOnlySpan<byte> marker = _markers.Span(index / BlockSize * _markerSize, _markerSize);
        ulong start = _markerSize == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(marker) : BinaryPrimitives.ReadUInt32LittleEndian(marker);
        if (start >= (ulong)_names.Length)
        {
            throw new DumpFormatException(FormatError.BadValue, FormattableString.Invariant($"a kallsyms marker points at byte {start} of {_names.Length}"));
        }

        int at = (int)start;
        for (int i = index % BlockSize; i > 0; i--)
        {
            at = Skip(at);
        }

        return at;
    }

    private int Skip(int at)
    {
        int length = ReadLength(ref at);
        return at + length;
    }

    /// <summary>Number of tokens of a name; since 6.1 two bytes when the first has bit 7 set (low seven bits first).</summary>
    private int ReadLength(ref int at)
    {
        int length = _names.Span(at++, 1)[0];
        if ((length & 0x80) != 0)
        {
            length = (length & 0x7f) | (_names.Span(at++, 1)[0] << 7);
        }

        return length;
    }

    /// <summary>Writes type letter and name; names longer than the buffer are cut.</summary>
    private int Expand(int at, Span<byte> text)
    {
        int tokens = ReadLength(ref at);
        int length = 0;
        foreach (byte token in _names.Span(at, tokens))
        {
            for (int i = _tokenIndex[token]; i < _tokens.Length && _tokens[i] != 0 && length < text.Length; i++)
            {
                text[length++] = _tokens[i];
            }
        }

        return length;
    }
}
