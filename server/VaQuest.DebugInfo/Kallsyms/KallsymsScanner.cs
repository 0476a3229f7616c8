// KallsymsScanner: finds kallsyms in a kernel that does not say where it is (before 6.0).
using System.Buffers.Binary;

namespace VaQuest.DebugInfo.Kallsyms;

/// <summary>
/// Kernels before 6.0 name no kallsyms tables in VMCOREINFO. Their token table is recognised by the tokens of the ten digits, which stand for
/// themselves in every kernel (scripts/kallsyms.c keeps the characters that occur in names); its index confirms it. The names and markers lie right
/// before it; addresses or offsets and relative_base before those, or, since 6.4, behind the index.
/// </summary>
public sealed class KallsymsScanner(MemoryReader read, int wordSize = 8)
{
    /// <summary>Largest image that is searched: text and read-only data of a large kernel stay below it.</summary>
    private const int MaxImageBytes = 256 << 20;

    private const int PageSize = 4096;

    private const int ChunkBytes = 1 << 20;

    private const int MaxTokenBytes = 64;

    private const int BlockSize = 256;

    /// <summary>A kernel holds the digits' tokens once or twice; memory full of them is not worth looking through.</summary>
    private const int MaxCandidates = 64;

    private const int MaxBytesPerName = 512;

    /// <summary>Token tables for which the markers are searched at every distance, which goes through a megabyte and a half of memory.</summary>
    private const int MaxFarSearches = 4;

    private readonly HashSet<ulong> _tablesTried = [];
    private int _farSearches;

    private static ReadOnlySpan<byte> Digits => "0\01\02\03\04\05\06\07\08\09\0"u8;

    /// <summary>
    /// Searches upwards from the start of the kernel's text. Pages that are missing are stepped over. Null when nothing fits.
    /// </summary>
    /// <param name="textStart">Run-time address of _stext or _text.</param>
    /// <param name="length">Bytes to search.</param>
    /// <param name="cancellation">Ends the search.</param>
    public KallsymsLocation? Find(ulong textStart, int length, CancellationToken cancellation = default)
    {
        int limit = Math.Min(length, MaxImageBytes);
        _tablesTried.Clear();
        _farSearches = 0;
        var chunk = new byte[(int)Math.Min(ChunkBytes, ((long)Math.Max(limit, 0) + PageSize - 1) & -PageSize) + PageSize];
        int candidates = 0;
        for (int at = 0; at < limit; at += ChunkBytes)
        {
            cancellation.ThrowIfCancellationRequested();
            ulong start = unchecked(textStart + (ulong)at);
            ReadPages(start, chunk);
            for (int from = 0; ;)
            {
                int hit = chunk.AsSpan(from).IndexOf(Digits);
                if (hit < 0)
                {
                    break;
                }

                if (++candidates > MaxCandidates)
                {
                    return null;
                }

                if (TryLocate(unchecked(start + (ulong)(from + hit))) is { } found)
                {
                    return found with { TextStart = textStart };
                }

                from += hit + 1;
            }
        }

        return null;
    }

    private ulong Word => (ulong)wordSize;

    private ulong Align(ulong value) => (value + Word - 1) & ~(Word - 1);

    private void ReadPages(ulong start, byte[] chunk)
    {
        if (read(start, chunk))
        {
            return;
        }

        for (int at = 0; at < chunk.Length; at += PageSize)
        {
            Span<byte> page = chunk.AsSpan(at, PageSize);
            if (!read(start + (ulong)at, page))
            {
                page.Clear();
            }
        }
    }

    private KallsymsLocation? TryLocate(ulong digitZero)
    {
        if (FindTokenTable(digitZero) is not { } tokens || !_tablesTried.Add(tokens.Table))
        {
            return null;
        }

        foreach (int size in (ReadOnlySpan<int>)[4, 8])
        {
            if (FindMarkers(tokens.Table, size) is { } markers && FindNames(markers.Address, markers.Last, markers.Count) is { } names)
            {
                return Assemble(tokens.Table, tokens.Index, names.Address, names.Count);
            }
        }

        if (++_farSearches > MaxFarSearches)
        {
            return null;
        }

        int tried = 0;
        foreach ((ulong address, ulong last, int blocks, int symbols) in new KallsymsMarkerSearch(read, wordSize).Find(tokens.Table))
        {
            if (FindNames(address, last, blocks) is { } names && names.Count == symbols)
            {
                return Assemble(tokens.Table, tokens.Index, names.Address, names.Count);
            }

            if (++tried >= MaxCandidates)
            {
                break;
            }
        }

        return null;
    }

    /// <summary>
    /// Steps back over the 47 tokens behind token 0. Nothing marks where token 0 begins but alignment, so each aligned start is tried: the index
    /// behind the table tells the right one.
    /// </summary>
    private (ulong Table, ulong Index)? FindTokenTable(ulong digitZero)
    {
        var before = new byte['0' * MaxTokenBytes];
        if (!read(digitZero - (ulong)before.Length, before))
        {
            return null;
        }

        int at = before.Length - 1;
        for (int token = '0' - 1; token > 0 && at > 0; token--)
        {
            at = before.AsSpan(0, at).LastIndexOf((byte)0);
        }

        ulong endOfFirst = digitZero - (ulong)(before.Length - at);
        for (ulong table = endOfFirst & ~(Word - 1); at > 0 && table + MaxTokenBytes > endOfFirst; table -= Word)
        {
            if (FindIndex(table) is { } index)
            {
                return (table, index);
            }
        }

        return null;
    }

    private ulong? FindIndex(ulong table)
    {
        var bytes = new byte[256 * MaxTokenBytes];
        if (!ReadSome(table, bytes))
        {
            return null;
        }

        var offsets = new ushort[256];
        int position = 0;
        for (int token = 0; token < 256; token++)
        {
            int end = bytes.AsSpan(position).IndexOf((byte)0);
            if (end < 0 || end > MaxTokenBytes)
            {
                return null;
            }

            offsets[token] = (ushort)position;
            position += end + 1;
        }

        ulong index = Align(table + (ulong)position);
        return HasIndex(index, offsets) ? index : null;
    }

    private bool ReadSome(ulong address, byte[] bytes)
    {
        if (read(address, bytes))
        {
            return true;
        }

        bytes.AsSpan().Clear();
        return read(address, bytes.AsSpan(0, bytes.Length / 4));
    }

    private bool HasIndex(ulong address, ushort[] offsets)
    {
        var bytes = new byte[512];
        if (!read(address, bytes))
        {
            return false;
        }

        for (int i = 0; i < offsets.Length; i++)
        {
            if (BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(i * 2)) != offsets[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Reads markers downwards from the token table until the first, which is 0.</summary>
    private (ulong Address, ulong Last, int Count)? FindMarkers(ulong tokenTable, int size)
    {
        ulong last = 0;
        ulong previous = ulong.MaxValue;
        int count = 0;
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        for (ulong at = tokenTable - (ulong)size; count <= KallsymsTable.MaxSymbols / BlockSize; at -= (ulong)size)
        {
            if (!read(at, bytes[..size]))
            {
                return null;
            }

            ulong value = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            bool isPadding = value == 0 && count == 0 && at + (ulong)size == tokenTable;
            if (isPadding)
            {
                continue;
            }

            if (value >= previous)
            {
                return null;
            }

            last = count == 0 ? value : last;
            previous = value;
            count++;
            if (value == 0)
            {
                return count >= 2 ? (at, last, count) : null;
            }
        }

        return null;
    }

    /// <summary>
    /// num_syms lies one word before the names and must fit the number of markers; the names must end at the markers. The names of the last block are
    /// all that lies between the last marker's place and the markers, so their start is at most one block's bytes before that.
    /// </summary>
    private (ulong Address, int Count)? FindNames(ulong markers, ulong last, int blocks)
    {
        if (last >= markers)
        {
            return null;
        }

        ulong highest = (markers - last) & ~(Word - 1);
        ReadOnlySpan<byte> block = default;
        Span<byte> bytes = stackalloc byte[4];
        for (int back = 0; back < BlockSize * MaxBytesPerName && highest - (ulong)back > Word; back += wordSize)
        {
            ulong names = highest - (ulong)back;
            if (!read(names - Word, bytes))
            {
                return null;
            }

            uint count = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            bool fits = count > (uint)((blocks - 1) * BlockSize) && count <= (uint)(blocks * BlockSize);
            if (!fits)
            {
                continue;
            }

            block = block.IsEmpty ? ReadLastBlock(markers) : block;
            int length = (int)(markers - (names + last));
            if (length <= block.Length && EndsAt(block[^length..], (int)count - ((blocks - 1) * BlockSize)))
            {
                return (names, (int)count);
            }
        }

        return null;
    }

    /// <summary>The bytes before the markers, as many as the names of one block can have; fewer when memory before them is missing.</summary>
    private ReadOnlySpan<byte> ReadLastBlock(ulong markers)
    {
        var bytes = new byte[(BlockSize * MaxBytesPerName) + wordSize];
        int at = bytes.Length;
        for (int step = PageSize; at > 0 && step >= wordSize;)
        {
            int count = Math.Min(step, at);
            ulong back = (ulong)(bytes.Length - at + count);
            if (back <= markers && read(markers - back, bytes.AsSpan(at - count, count)))
            {
                at -= count;
            }
            else
            {
                step /= 2;
            }
        }

        return bytes.AsSpan(at);
    }

    private bool EndsAt(ReadOnlySpan<byte> bytes, int names)
    {
        int at = 0;
        for (int i = 0; i < names && at < bytes.Length; i++)
        {
            int length = bytes[at++];
            bool isLong = (length & 0x80) != 0 && at < bytes.Length;
            at += isLong ? ((length & 0x7f) | (bytes[at++] << 7)) : length;
        }

        return at <= bytes.Length && bytes.Length - at < wordSize;
    }

    private KallsymsLocation? Assemble(ulong table, ulong index, ulong names, int count)
    {
        var location = new KallsymsLocation
        {
            Names = names, SymbolCount = names - Word, TokenTable = table, TokenIndex = index, WordSize = wordSize,
        };
        ulong relativeBase = names - (2 * Word);
        ulong offsets = relativeBase - Align((ulong)count * 4);
        if (IsKernelAddress(relativeBase) && IsRising(offsets, count))
        {
            return location with { Offsets = offsets, RelativeBase = relativeBase };
        }

        offsets = Align(index + 512);
        relativeBase = Align(offsets + ((ulong)count * 4));
        return IsRising(offsets, count) && IsKernelAddress(relativeBase)
            ? location with { Offsets = offsets, RelativeBase = relativeBase }
            : location with { Addresses = names - Word - ((ulong)count * Word) };
    }

    /// <summary>True when a word holds an address of the kernel's half, where images are loaded in whole pages.</summary>
    private bool IsKernelAddress(ulong at)
    {
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        if (!read(at, bytes[..wordSize]))
        {
            return false;
        }

        ulong value = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        return value % PageSize == 0 && value >= (wordSize == 8 ? 0xffff000000000000 : 0x40000000);
    }

    /// <summary>Offsets of a sorted table fall below zero or rise, never at random: the last ones differ little from each other.</summary>
    private bool IsRising(ulong offsets, int count)
    {
        var bytes = new byte[64 * 4];
        if (count < 64 || !read(offsets + (((ulong)count - 64) * 4), bytes))
        {
            return count < 64;
        }

        int falls = 0;
        int rises = 0;
        for (int i = 1; i < 64; i++)
        {
            int step = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(i * 4)).CompareTo(BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan((i - 1) * 4)));
            falls += step < 0 ? 1 : 0;
            rises += step > 0 ? 1 : 0;
        }

        return falls == 0 || rises == 0;
    }
}
