// Lzo1xCompressor: compresses pages to LZO1X blocks, the "lzo" of kdump-compressed dumps.
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VaQuest.Dumps.Compression;

/// <summary>
/// LZO1X as described by the kernel's Documentation/staging/lzo.rst, by a greedy search with one candidate for each hash of four bytes,
/// and larger steps the longer nothing was found: the speed class of LZO1X-1. One thread at a time.
/// </summary>
internal sealed class Lzo1xCompressor
{
    /// <summary>Largest input in bytes: positions are kept in 16 bits; a page has at most 64 KiB.</summary>
    public const int MaxInput = 1 << 16;

    private const int HashBits = 13;
    private const int MinMatch = 4;
    private const int NearDistance = 0x800;
    private const int MiddleDistance = 0x4000;
    private const int MaxDistance = 0xbfff;

    /// <summary>Misses after which the search takes larger steps: 2^5, as noise does not compress anyway.</summary>
    private const int SkipShift = 5;

    private readonly ushort[] _positions = new ushort[1 << HashBits];

    /// <summary>
    /// Compresses into a destination. Returns the compressed size in bytes, or 0 when the input does not fit, which for a destination smaller
    /// than the input means that it does not shrink.
    /// </summary>
    public int Compress(ReadOnlySpan<byte> input, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(input.Length, MaxInput);
        Array.Clear(_positions);
        var output = new Output(destination);
        int literals = 0;
        int at = 0;
        int limit = input.Length - MinMatch;
        ref byte start = ref MemoryMarshal.GetReference(input);
        while (at <= limit)
        {
            uint four = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref start, at));
            ref ushort entry = ref _positions[unchecked(four * 0x9E3779B1u) >> (32 - HashBits)];
            int earlier = entry;
            entry = (ushort)at;
            int distance = at - earlier;
            bool isMatch = distance > 0 && distance <= MaxDistance && Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref start, earlier)) == four;
            if (!isMatch)
            {
                at += 1 + ((at - literals) >> SkipShift);
                continue;
            }

            int length = MatchLength(input, earlier, at);
            if (!output.TryLiterals(input[literals..at]) || !output.TryMatch(distance, length))
            {
                return 0;
            }

            at += length;
            literals = at;
        }

        return output.TryLiterals(input[literals..]) && output.TryEnd() ? output.Length : 0;
    }

    /// <summary>How many bytes are the same, from at least <see cref="MinMatch"/> up to the end of the input.</summary>
    private static int MatchLength(ReadOnlySpan<byte> input, int earlier, int at)
    {
        int length = MinMatch;
        ref byte start = ref MemoryMarshal.GetReference(input);
        while (at + length + 8 <= input.Length)
        {
            ulong difference = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, earlier + length))
                ^ Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, at + length));
            if (difference != 0)
            {
                int same = BitConverter.IsLittleEndian ? BitOperations.TrailingZeroCount(difference) : BitOperations.LeadingZeroCount(difference);
                return length + (same / 8);
            }

            length += 8;
        }

        while (at + length < input.Length && input[earlier + length] == input[at + length])
        {
            length++;
        }

        return length;
    }

    /// <summary>Instructions written so far. A method returns false when its instruction does not fit.</summary>
    private ref struct Output(Span<byte> bytes)
    {
        private readonly Span<byte> _bytes = bytes;

        /// <summary>Where the last match keeps the number of literals, 0 to 3, that follow it; -1 before the first match.</summary>
        private int _tailAt = -1;

        public int Length { get; private set; }

        public bool TryLiterals(ReadOnlySpan<byte> run)
        {
            // The run, its instruction, and a length of one byte for every 255.
            if (run.Length + (run.Length / 255) + 3 > _bytes.Length - Length)
            {
                return run.IsEmpty;
            }

            if (run.IsEmpty)
            {
                return true;
            }

            if (_tailAt < 0 && run.Length <= 238)
            {
                _bytes[Length++] = (byte)(17 + run.Length);
            }
            else if (_tailAt >= 0 && run.Length <= 3)
            {
                _bytes[_tailAt] |= (byte)run.Length;
            }
            else
            {
                WriteLength(0, run.Length - 3, 15);
            }

            run.CopyTo(_bytes[Length..]);
            Length += run.Length;
            return true;
        }

        public bool TryMatch(int distance, int length)
        {
            if ((length / 255) + 4 > _bytes.Length - Length)
            {
                return false;
            }

            if (length <= 8 && distance <= NearDistance)
            {
                _tailAt = Length;
                _bytes[Length++] = (byte)(((length - 1) << 5) | (((distance - 1) & 7) << 2));
                _bytes[Length++] = (byte)((distance - 1) >> 3);
                return true;
            }

            bool isFar = distance > MiddleDistance;
            int far = distance - MiddleDistance;
            WriteLength(isFar ? 0x10 | ((far >> 11) & 8) : 0x20, length - 2, isFar ? 7 : 31);
            int word = isFar ? (far & 0x3fff) << 2 : (distance - 1) << 2;
            _tailAt = Length;
            _bytes[Length++] = unchecked((byte)word);
            _bytes[Length++] = unchecked((byte)(word >> 8));
            return true;
        }

        public bool TryEnd()
        {
            if (_bytes.Length - Length < 3)
            {
                return false;
            }

            _bytes[Length++] = 0x11;
            _bytes[Length++] = 0;
            _bytes[Length++] = 0;
            return true;
        }

        /// <summary>A length in the low bits of an instruction, or, when it is above their <paramref name="mask"/>, 0 there and the rest in bytes.</summary>
        private void WriteLength(int instruction, int length, int mask)
        {
            if (length <= mask)
            {
                _bytes[Length++] = (byte)(instruction | length);
                return;
            }

            _bytes[Length++] = (byte)instruction;
            int rest = length - mask;
            for (; rest > 255; rest -= 255)
            {
                _bytes[Length++] = 0;
            }

            _bytes[Length++] = (byte)rest;
        }
    }
}
