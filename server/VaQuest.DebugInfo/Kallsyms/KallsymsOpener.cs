// KallsymsOpener: finds the parts of kallsyms that nothing names, and checks all of them against each other.
using System.Buffers.Binary;
using VaQuest.Binary;

namespace VaQuest.DebugInfo.Kallsyms;

/// <summary>
/// VMCOREINFO names the tables but not the markers nor the order by name: both follow from the order of the tables. Up to 6.3: offsets,
/// relative_base, num_syms, names, markers, [name order], token_table, token_index; since 6.4: num_syms, names, markers, token_table, token_index, offsets,
/// [relative_base], [name order]. Each table starts at a multiple of the word size.
/// </summary>
internal sealed class KallsymsOpener(KallsymsLocation location, MemoryReader read)
{
    private const int BlockSize = 256;

    /// <summary>256 tokens of at most a few dozen characters each.</summary>
    private const int MaxTokenBytes = 64 * 1024;

    /// <summary>A compressed name takes 12 bytes on average; the tables follow each other closely.</summary>
    private const int MaxBytesPerSymbol = 128;

    public KallsymsTable Open()
    {
        int count = ReadCount();
        ushort[] index = ReadTokenIndex();
        byte[] tokens = ReadTokens(index);
        foreach (int markerSize in (ReadOnlySpan<int>)[4, 8])
        {
            foreach (bool hasNameOrder in (ReadOnlySpan<bool>)[true, false])
            {
                ulong markers = MarkersAddress(count, markerSize, hasNameOrder);
                if (AreMarkers(markers, count, markerSize))
                {
                    return Finish(count, index, tokens, markers, markerSize, hasNameOrder);
                }
            }
        }

        throw new DumpFormatException(FormatError.BadHeader, "kallsyms: no markers fit between the names and the token table");
    }

    private static ulong Align(ulong value, ulong unit) => (value + unit - 1) & ~(unit - 1);

    private bool OffsetsAreBehindTokens => location.Offsets > location.TokenIndex;

    private int ReadCount()
    {
        Span<byte> bytes = stackalloc byte[4];
        uint count = read(location.SymbolCount, bytes) ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : throw Missing("kallsyms_num_syms");
        ulong room = location.TokenTable > location.Names ? location.TokenTable - location.Names : 0;
        bool fits = count > 0 && count <= KallsymsTable.MaxSymbols && room / 2 >= count && room / MaxBytesPerSymbol <= count;
        return fits
            ? (int)count
            : throw new DumpFormatException(FormatError.BadValue, FormattableString.Invariant($"kallsyms claims {count} symbols in {room} bytes of names"));
    }

    private ushort[] ReadTokenIndex()
    {
        var bytes = new byte[512];
        if (!read(location.TokenIndex, bytes))
        {
            throw Missing("kallsyms_token_index");
        }

        var index = new ushort[256];
        for (int i = 0; i < index.Length; i++)
        {
            index[i] = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(i * 2));
            if (i > 0 && index[i] <= index[i - 1])
            {
                throw new DumpFormatException(FormatError.BadValue, FormattableString.Invariant($"kallsyms_token_index does not rise at entry {i}"));
            }
        }

        return index;
    }

    private byte[] ReadTokens(ushort[] index)
    {
        ulong room = location.TokenIndex > location.TokenTable ? location.TokenIndex - location.TokenTable : 0;
        if (room <= index[255] || room > MaxTokenBytes)
        {
            throw new DumpFormatException(FormatError.BadHeader, FormattableString.Invariant($"kallsyms_token_table of {room} bytes does not fit its index"));
        }

        var tokens = new byte[room];
        return read(location.TokenTable, tokens) ? tokens : throw Missing("kallsyms_token_table");
    }

    private ulong MarkersAddress(int count, int markerSize, bool hasNameOrder)
    {
        ulong word = (ulong)location.WordSize;
        ulong end = location.TokenTable;
        if (hasNameOrder && !OffsetsAreBehindTokens)
        {
            end -= Align((ulong)count * 3, word);
        }

        return end - Align((ulong)BlockCount(count) * (ulong)markerSize, word);
    }

    private static int BlockCount(int count) => (count + BlockSize - 1) / BlockSize;

    /// <summary>Markers begin with 0, rise, and stay below the distance between names and markers; the last block ends right before them.</summary>
    private bool AreMarkers(ulong address, int count, int size)
    {
        if (address <= location.Names)
        {
            return false;
        }

        int blocks = BlockCount(count);
        var bytes = new byte[blocks * size];
        if (!read(address, bytes))
        {
            return false;
        }

        ulong room = address - location.Names;
        ulong last = 0;
        for (int i = 0; i < blocks; i++)
        {
            ulong marker = size == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(i * 8)) : BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(i * 4));
            bool fits = i == 0 ? marker == 0 : marker >= last + (2 * BlockSize) && marker < room;
            if (!fits)
            {
                return false;
            }

            last = marker;
        }

        return EndsAt(last, room, count - ((blocks - 1) * BlockSize));
    }

    /// <summary>Walks the names of the last block and checks that they end where the markers begin, up to alignment.</summary>
    private bool EndsAt(ulong start, ulong room, int names)
    {
        ulong left = room - start;
        if (left > BlockSize * MaxBytesPerSymbol)
        {
            return false;
        }

        var bytes = new byte[left];
        if (!read(location.Names + start, bytes))
        {
            return false;
        }

        int at = 0;
        for (int i = 0; i < names; i++)
        {
            if (at + 1 >= bytes.Length)
            {
                return false;
            }

            int length = bytes[at++];
            if ((length & 0x80) != 0)
            {
                length = (length & 0x7f) | (bytes[at++] << 7);
            }

            at += length;
        }

        return at <= bytes.Length && bytes.Length - at < location.WordSize;
    }

    private KallsymsTable Finish(int count, ushort[] index, byte[] tokens, ulong markers, int markerSize, bool hasNameOrder)
    {
        var parts = new KallsymsParts
        {
            Count = count,
            Names = new LazyBytes(location.Names, checked((int)(markers - location.Names)), read),
            Markers = new LazyBytes(markers, BlockCount(count) * markerSize, read),
            MarkerSize = markerSize,
            Tokens = tokens,
            TokenIndex = index,
            Addresses = location.Offsets != 0
                ? new LazyBytes(location.Offsets, count * 4, read)
                : new LazyBytes(location.Addresses, checked(count * location.WordSize), read),
            OffsetsAddress = location.Offsets,
            RelativeBase = ReadRelativeBase(),
        };
        KallsymsEncoding encoding = ChooseEncoding(parts);
        parts = parts with { Encoding = encoding };
        ulong order = NameOrderAddress(count, markers, markerSize, hasNameOrder, encoding);
        return order == 0 ? new KallsymsTable(parts) : WithNameOrder(parts, order);
    }

    private ulong ReadRelativeBase()
    {
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        if (location.RelativeBase == 0)
        {
            return 0;
        }

        return read(location.RelativeBase, bytes[..location.WordSize])
            ? BinaryPrimitives.ReadUInt64LittleEndian(bytes)
            : throw Missing("kallsyms_relative_base");
    }

    /// <summary>The encoding under which the kernel's text start has the name that it must have.</summary>
    private KallsymsEncoding ChooseEncoding(KallsymsParts parts)
    {
        ReadOnlySpan<KallsymsEncoding> candidates = location switch
        {
            { Offsets: 0 } => [KallsymsEncoding.Absolute],
            { RelativeBase: 0 } => [KallsymsEncoding.PlaceRelative],
            _ => [KallsymsEncoding.AbsolutePerCpu, KallsymsEncoding.BaseRelative],
        };
        foreach (KallsymsEncoding candidate in candidates)
        {
            if (location.TextStart == 0 || FindsTextStart(new KallsymsTable(parts with { Encoding = candidate })))
            {
                return candidate;
            }
        }

        throw new DumpFormatException(
            FormatError.Unsupported,
            FormattableString.Invariant($"kallsyms: no known encoding gives _stext at 0x{location.TextStart:x}; the kernel may use a newer one"));
    }

    private bool FindsTextStart(KallsymsTable table)
    {
        int index = table.FindIndex(location.TextStart);
        for (int steps = 0; index >= 0 && steps < 64 && table.AddressOf(index) == location.TextStart; steps++, index--)
        {
            if (table.NameOf(index, out _) is "_stext" or "_text" or "stext" or "_start")
            {
                return true;
            }
        }

        return false;
    }

    private ulong NameOrderAddress(int count, ulong markers, int markerSize, bool hasNameOrder, KallsymsEncoding encoding)
    {
        ulong word = (ulong)location.WordSize;
        if (!OffsetsAreBehindTokens)
        {
            return hasNameOrder ? markers + Align((ulong)BlockCount(count) * (ulong)markerSize, word) : 0;
        }

        return encoding == KallsymsEncoding.PlaceRelative
            ? Align(location.Offsets + ((ulong)count * 4), word)
            : location.RelativeBase + word;
    }

    /// <summary>Uses the order by name only when a probe of it is in order: otherwise names are found by scanning, slower but right.</summary>
    private KallsymsTable WithNameOrder(KallsymsParts parts, ulong address)
    {
        var plain = new KallsymsTable(parts);
        try
        {
            var order = new LazyBytes(address, parts.Count * 3, read);
            int steps = Math.Min(parts.Count, 16);
            string last = "";
            for (int i = 0; i < steps; i++)
            {
                ReadOnlySpan<byte> three = order.Span((int)((long)i * (parts.Count - 1) / Math.Max(1, steps - 1)) * 3, 3);
                int index = (three[0] << 16) | (three[1] << 8) | three[2];
                if (index >= parts.Count)
                {
                    return plain;
                }

                string name = plain.NameOf(index, out _);
                if (string.CompareOrdinal(last, name) > 0)
                {
                    return plain;
                }

                last = name;
            }

            return new KallsymsTable(parts with { ByName = order });
        }
        catch (DumpFormatException)
        {
            return plain;
        }
    }

    private static DumpFormatException Missing(string what) =>
        new(FormatError.Truncated, $"{what} is not in the dump, so the kernel's own symbols cannot be read");
}
