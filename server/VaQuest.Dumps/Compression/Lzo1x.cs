// Lzo1x: decompresses LZO1X blocks, the "lzo" of kdump-compressed dumps.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VaQuest.Dumps.Compression;

/// <summary>
/// LZO1X as described by the kernel's Documentation/staging/lzo.rst. Input and output are hostile: every length and distance is checked
/// against what is left before a byte moves. Fast copies may write beyond the end of a run, never beyond the destination; what they
/// write there is overwritten by the next run, because a block is sound only when it fills the destination.
/// </summary>
internal static class Lzo1x
{
    /// <summary>Instructions 16..31 reach from here to 48 KiB back; exactly this distance is the end mark.</summary>
    private const int FarDistance = 0x4000;

    /// <summary>After a literal run, instructions 0..15 reach back beyond the 2 KiB of instructions 64..255.</summary>
    private const int NearDistance = 0x800;

    /// <summary>What an instruction left behind: 0 to 3 literals that rode on a match, or this for a literal run of 4 or more.</summary>
    private const int AfterRun = 4;

    /// <summary>
    /// Decompresses a whole block. True when it is well formed up to its end mark and fills the destination exactly; on false the
    /// destination's content is undefined.
    /// </summary>
    public static bool TryDecompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        int at = 0;
        int done = 0;
        int state = 0;
        if (source.Length > 0 && source[0] > 17)
        {
            // Only the first byte of a block may be a literal run of (value - 17) bytes.
            int count = source[at++] - 17;
            if (!TryCopyLiterals(source, ref at, destination, ref done, count))
            {
                return false;
            }

            state = Math.Min(count, AfterRun);
        }

        return TryRun(source, at, destination, done, state);
    }

    /// <summary>
    /// The instruction loop. One method and longer than most, because the positions must stay in registers: every page of every report
    /// passes through here.
    /// </summary>
    private static bool TryRun(ReadOnlySpan<byte> source, int at, Span<byte> destination, int done, int state)
    {
        while ((uint)at < (uint)source.Length)
        {
            int instruction = source[at++];
            int distance;
            int length;
            int tail;
            if (instruction >= 64)
            {
                // 3 to 8 bytes from within 2 KiB.
                if ((uint)at >= (uint)source.Length)
                {
                    return false;
                }

                length = (instruction >> 5) + 1;
                distance = (source[at++] << 3) + ((instruction >> 2) & 7) + 1;
                tail = instruction & 3;
            }
            else if (instruction >= 16)
            {
                bool isFar = instruction < 32;
                int mask = isFar ? 7 : 31;
                length = instruction & mask;
                if (length == 0 && !TryReadLength(source, ref at, mask, destination.Length, out length))
                {
                    return false;
                }

                if (source.Length - at < 2)
                {
                    return false;
                }

                int word = source[at] | (source[at + 1] << 8);
                at += 2;
                length += 2;
                tail = word & 3;
                distance = (word >> 2) + 1;
                if (isFar)
                {
                    distance += FarDistance - 1 + ((instruction & 8) << 11);
                    if (distance == FarDistance)
                    {
                        return length == 3 && done == destination.Length;
                    }
                }
            }
            else if (state == 0)
            {
                length = instruction;
                if (length == 0 && !TryReadLength(source, ref at, 15, destination.Length, out length))
                {
                    return false;
                }

                if (!TryCopyLiterals(source, ref at, destination, ref done, length + 3))
                {
                    return false;
                }

                state = AfterRun;
                continue;
            }
            else
            {
                // After literals: 2 bytes from within 1 KiB, or after a long run 3 bytes from 2 to 3 KiB back.
                if ((uint)at >= (uint)source.Length)
                {
                    return false;
                }

                bool isAfterRun = state == AfterRun;
                distance = (instruction >> 2) + (source[at++] << 2) + 1 + (isAfterRun ? NearDistance : 0);
                length = isAfterRun ? 3 : 2;
                tail = instruction & 3;
            }

            if (distance > done || length > destination.Length - done)
            {
                return false;
            }

            CopyMatch(destination, done, distance, length);
            done += length;
            state = tail;
            if (source.Length - at >= 4 && destination.Length - done >= 4)
            {
                // Up to three literals ride on a match; four bytes are moved at once.
                Unsafe.WriteUnaligned(
                    ref Unsafe.Add(ref MemoryMarshal.GetReference(destination), done),
                    Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref MemoryMarshal.GetReference(source), at)));
                at += tail;
                done += tail;
            }
            else if (!TryCopyLiterals(source, ref at, destination, ref done, tail))
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>Zero bytes add 255 each; the first other byte ends the length. Stops when no destination could hold it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryReadLength(ReadOnlySpan<byte> source, ref int at, int first, int limit, out int length)
    {
        length = first;
        while (at < source.Length && length <= limit)
        {
            byte b = source[at++];
            length += b == 0 ? 255 : b;
            if (b != 0)
            {
                return true;
            }
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryCopyLiterals(ReadOnlySpan<byte> source, ref int at, Span<byte> destination, ref int done, int count)
    {
        int left = source.Length - at;
        int room = destination.Length - done;
        if (count > left || count > room)
        {
            return false;
        }

        if (count <= 16 && left >= 16 && room >= 16)
        {
            Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(source), (nuint)at)
                .StoreUnsafe(ref MemoryMarshal.GetReference(destination), (nuint)done);
        }
        else
        {
            source.Slice(at, count).CopyTo(destination[done..]);
        }

        at += count;
        done += count;
        return true;
    }

    /// <summary>
    /// Copies earlier output, which the caller has checked to be there. It may overlap: then the bytes repeat with the distance as period.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyMatch(Span<byte> destination, int done, int distance, int length)
    {
        ref byte to = ref Unsafe.Add(ref MemoryMarshal.GetReference(destination), done);
        ref byte from = ref Unsafe.Subtract(ref to, distance);
        if (distance >= 16 && destination.Length - done - length >= 16)
        {
            int i = 0;
            do
            {
                Vector128.LoadUnsafe(ref from, (nuint)i).StoreUnsafe(ref to, (nuint)i);
                i += 16;
            }
            while (i < length);
        }
        else if (distance >= 8 && destination.Length - done - length >= 8)
        {
            for (int i = 0; i < length; i += 8)
            {
                Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, i), Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref from, i)));
            }
        }
        else
        {
            CopyClose(destination, done, distance, length);
        }
    }

    /// <summary>Short periods, and the last bytes of the destination.</summary>
    private static void CopyClose(Span<byte> destination, int done, int distance, int length)
    {
        Span<byte> to = destination.Slice(done, length);
        if (distance == 1)
        {
            to.Fill(destination[done - 1]);
            return;
        }

        // Whole periods double what can be copied at once.
        ReadOnlySpan<byte> from = destination.Slice(done - distance, Math.Min(distance, length));
        from.CopyTo(to);
        for (int copied = from.Length; copied < length; copied *= 2)
        {
            to[..Math.Min(copied, length - copied)].CopyTo(to[copied..]);
        }
    }
}
