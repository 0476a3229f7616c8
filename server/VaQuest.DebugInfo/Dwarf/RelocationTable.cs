// RelocationTable: the relocations of one debug section, applied to a copy of it.
using System.Buffers.Binary;
using VaQuest.Binary;
using VaQuest.Binary.Elf;

namespace VaQuest.DebugInfo.Dwarf;

/// <summary>
/// RELA and REL entries of x86_64, i386, aarch64, arm, riscv, s390, ppc64 and loongarch that compilers emit against debug sections
/// (each processor's ELF psABI supplement). Types that are not known leave the bytes as they are, and are counted.
/// </summary>
internal sealed class RelocationTable
{
    private readonly ByteRegion _entries;
    private readonly ElfHeader _header;
    private readonly bool _hasAddend;
    private readonly int _entrySize;
    private readonly int _count;
    private readonly Func<uint, ulong> _symbolValue;
    private readonly int[]? _order;
    private int _unknown;

    /// <param name="entries">The relocation section's bytes.</param>
    /// <param name="header">The file's header.</param>
    /// <param name="hasAddend">True for RELA.</param>
    /// <param name="symbolValue">Address of a symbol by its index.</param>
    public RelocationTable(ByteRegion entries, ElfHeader header, bool hasAddend, Func<uint, ulong> symbolValue)
    {
        _entries = entries;
        _header = header;
        _hasAddend = hasAddend;
        _symbolValue = symbolValue;
        _entrySize = header.WordSize * (hasAddend ? 3 : 2);
        _count = (int)Math.Min(int.MaxValue, entries.Length / _entrySize);
        _order = BuildOrder();
    }

    /// <summary>Relocations of unknown types met so far.</summary>
    public int UnknownCount => _unknown;

    /// <summary>Applies all relocations whose place begins in [start, end).</summary>
    public void Apply(ByteRegion source, byte[] target, long start, long end)
    {
        for (int i = LowerBound((ulong)start); i < _count; i++)
        {
            Entry entry = Read(_order is null ? i : _order[i]);
            if (entry.Place >= (ulong)end)
            {
                return;
            }

            ApplyOne(entry, source, target);
        }
    }

    private void ApplyOne(Entry entry, ByteRegion source, byte[] target)
    {
        (int size, bool isRelative) = Kind(entry.Type);
        if (size == 0)
        {
            _unknown += entry.Type == 0 ? 0 : 1;
            return;
        }

        if (entry.Place > (ulong)target.Length || (ulong)(target.Length - size) < entry.Place)
        {
            return;
        }

        int at = (int)entry.Place;
        ulong addend = _hasAddend ? entry.Addend : ReadStored(source.Span(at, size));
        ulong value = unchecked(_symbolValue(entry.Symbol) + addend - (isRelative ? entry.Place : 0));
        Write(target.AsSpan(at, size), value);
    }

    private (int Size, bool IsRelative) Kind(uint type) => (_header.Machine, type) switch
    {
        (ElfMachine.X86_64, 1) => (8, false),
        (ElfMachine.X86_64, 2) => (4, true),
        (ElfMachine.X86_64, 10 or 11) => (4, false),
        (ElfMachine.X86_64, 24) => (8, true),
        (ElfMachine.I386, 1) => (4, false),
        (ElfMachine.I386, 2) => (4, true),
        (ElfMachine.Aarch64, 257) => (8, false),
        (ElfMachine.Aarch64, 258) => (4, false),
        (ElfMachine.Aarch64, 260) => (8, true),
        (ElfMachine.Aarch64, 261) => (4, true),
        (ElfMachine.Arm, 2) => (4, false),
        (ElfMachine.Arm, 3) => (4, true),
        (ElfMachine.RiscV, 1) => (4, false),
        (ElfMachine.RiscV, 2) => (8, false),
        (ElfMachine.LoongArch, 1) => (4, false),
        (ElfMachine.LoongArch, 2) => (8, false),
        (ElfMachine.S390, 4) => (4, false),
        (ElfMachine.S390, 22) => (8, false),
        (ElfMachine.Ppc64, 1) => (4, false),
        (ElfMachine.Ppc64, 38) => (8, false),
        _ => (0, false),
    };

    private ulong ReadStored(ReadOnlySpan<byte> bytes) => new SpanReader(bytes, _header.IsBigEndian).ReadUInt(bytes.Length);

    private void Write(Span<byte> target, ulong value)
    {
        if (target.Length == 8)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(target, _header.IsBigEndian ? BinaryPrimitives.ReverseEndianness(value) : value);
        }
        else
        {
            uint word = unchecked((uint)value);
            BinaryPrimitives.WriteUInt32LittleEndian(target, _header.IsBigEndian ? BinaryPrimitives.ReverseEndianness(word) : word);
        }
    }

    private Entry Read(int index)
    {
        var reader = new SpanReader(_entries.Span((long)index * _entrySize, _entrySize), _header.IsBigEndian, _header.WordSize);
        ulong place = reader.ReadWord();
        ulong info = reader.ReadWord();
        ulong addend = _hasAddend ? reader.ReadWord() : 0;
        return _header.Is64Bit
            ? new Entry(place, (uint)(info >> 32), unchecked((uint)info), addend)
            : new Entry(place, (uint)(info >> 8), (uint)(info & 0xff), unchecked((ulong)(int)(uint)addend));
    }

    private ulong PlaceOf(int index) =>
        new SpanReader(_entries.Span((long)index * _entrySize, _header.WordSize), _header.IsBigEndian, _header.WordSize).ReadWord();

    private int LowerBound(ulong place)
    {
        int low = 0;
        int high = _count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (PlaceOf(_order is null ? middle : _order[middle]) < place)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    // Assemblers write relocations in the order of their places; only when a file does not, an order is kept.
    private int[]? BuildOrder()
    {
        ulong last = 0;
        bool isSorted = true;
        for (int i = 0; i < _count && isSorted; i++)
        {
            ulong place = PlaceOf(i);
            isSorted = place >= last;
            last = place;
        }

        if (isSorted)
        {
            return null;
        }

        var places = new ulong[_count];
        var order = new int[_count];
        for (int i = 0; i < _count; i++)
        {
            places[i] = PlaceOf(i);
            order[i] = i;
        }

        Array.Sort(places, order);
        return order;
    }

    private readonly record struct Entry(ulong Place, uint Symbol, uint Type, ulong Addend);
}
