// WordScan: finds aligned words in a range of values, several at a time.
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace VaQuest.Dumps.Scanning;

/// <summary>Compares words of 4 or 8 bytes; the fast way is for dumps in this machine's byte order.</summary>
internal static class WordScan
{
    /// <summary>Adds offset and value of every aligned word w with <c>w - start &lt; length</c>, in order.</summary>
    /// <param name="bytes">Whole words.</param>
    /// <param name="wordSize">4 or 8.</param>
    /// <param name="isBigEndian">The dump's byte order.</param>
    /// <param name="start">First value.</param>
    /// <param name="length">Number of values, at least 1.</param>
    /// <param name="origin">Added to each offset.</param>
    /// <param name="offsets">Takes the offsets.</param>
    /// <param name="values">Takes the words.</param>
    public static void Find(
        ReadOnlySpan<byte> bytes, int wordSize, bool isBigEndian, ulong start, ulong length, int origin, List<int> offsets, List<ulong> values)
    {
        if (wordSize == 8 && isBigEndian != BitConverter.IsLittleEndian)
        {
            FindWide(bytes, start, length, origin, offsets, values);
            return;
        }

        for (int at = 0; at + wordSize <= bytes.Length; at += wordSize)
        {
            ReadOnlySpan<byte> word = bytes.Slice(at, wordSize);
            ulong value = (wordSize, isBigEndian) switch
            {
                (8, true) => BinaryPrimitives.ReadUInt64BigEndian(word),
                (8, false) => BinaryPrimitives.ReadUInt64LittleEndian(word),
                (_, true) => BinaryPrimitives.ReadUInt32BigEndian(word),
                _ => BinaryPrimitives.ReadUInt32LittleEndian(word),
            };
            if (unchecked(value - start) < length)
            {
                offsets.Add(origin + at);
                values.Add(value);
            }
        }
    }

    private static void FindWide(ReadOnlySpan<byte> bytes, ulong start, ulong length, int origin, List<int> offsets, List<ulong> values)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        var first = new Vector<ulong>(start);
        var count = new Vector<ulong>(length);
        int i = 0;
        for (; i <= words.Length - Vector<ulong>.Count; i += Vector<ulong>.Count)
        {
            if (Vector.LessThanAny(new Vector<ulong>(words[i..]) - first, count))
            {
                Add(words.Slice(i, Vector<ulong>.Count), i);
            }
        }

        Add(words[i..], i);

        void Add(ReadOnlySpan<ulong> some, int index)
        {
            for (int j = 0; j < some.Length; j++)
            {
                if (unchecked(some[j] - start) < length)
                {
                    offsets.Add(origin + ((index + j) * 8));
                    values.Add(some[j]);
                }
            }
        }
    }
}
