// LzoWriter: a plain LZO1X compressor for test dumps.
namespace VaQuest.TestKit.Dumps;

/// <summary>
/// Writes valid LZO1X blocks with every kind of instruction that a page can need, by a greedy search over a small hash table. Made for
/// coverage, not for ratio. Format: the kernel's Documentation/staging/lzo.rst.
/// </summary>
public static class LzoWriter
{
    private const int MinMatch = 3;
    private const int MaxDistance = 0xbfff;

    public static byte[] Compress(ReadOnlySpan<byte> input)
    {
        var output = new List<byte>(input.Length + 64);
        var seen = new Dictionary<int, int>();
        int literalStart = 0;
        int at = 0;
        while (at + MinMatch <= input.Length)
        {
            int key = input[at] | (input[at + 1] << 8) | (input[at + 2] << 16);
            bool isKnown = seen.TryGetValue(key, out int earlier);
            seen[key] = at;
            if (!isKnown || at - earlier > MaxDistance)
            {
                at++;
                continue;
            }

            int length = MinMatch;
            while (at + length < input.Length && input[earlier + length] == input[at + length])
            {
                length++;
            }

            Literals(output, input[literalStart..at], isFirst: literalStart == 0);
            Match(output, at - earlier, length);
            at += length;
            literalStart = at;
        }

        Literals(output, input[literalStart..], isFirst: literalStart == 0);
        output.AddRange([0x11, 0, 0]);
        return [.. output];
    }

    /// <summary>Only literals: one run, however long.</summary>
    public static byte[] Store(ReadOnlySpan<byte> input)
    {
        var output = new List<byte>(input.Length + 64);
        Literals(output, input, isFirst: true);
        output.AddRange([0x11, 0, 0]);
        return [.. output];
    }

    private static void Literals(List<byte> output, ReadOnlySpan<byte> run, bool isFirst)
    {
        if (run.IsEmpty)
        {
            return;
        }

        if (isFirst && run.Length <= 238)
        {
            output.Add((byte)(17 + run.Length));
        }
        else if (run.Length <= 3)
        {
            // The two low bits of the match before; always two bytes from the end of it.
            output[^2] |= (byte)run.Length;
        }
        else if (run.Length <= 18)
        {
            output.Add((byte)(run.Length - 3));
        }
        else
        {
            output.Add(0);
            Length(output, run.Length - 18);
        }

        output.AddRange(run);
    }

    private static void Match(List<byte> output, int distance, int length)
    {
        if (distance <= 0x4000)
        {
            Long(output, 0x20, 33, length);
            output.Add(unchecked((byte)((distance - 1) << 2)));
            output.Add(unchecked((byte)((distance - 1) >> 6)));
            return;
        }

        int far = distance - 0x4000;
        Long(output, 0x10 | ((far >> 11) & 8), 9, length);
        output.Add(unchecked((byte)(far << 2)));
        output.Add(unchecked((byte)((far >> 6) & 0xff)));
    }

    /// <summary>An instruction whose length is in its low bits when it is small enough, else in bytes that follow.</summary>
    private static void Long(List<byte> output, int instruction, int largestShort, int length)
    {
        if (length <= largestShort)
        {
            output.Add(unchecked((byte)(instruction | (length - 2))));
            return;
        }

        output.Add((byte)instruction);
        Length(output, length - largestShort);
    }

    private static void Length(List<byte> output, int rest)
    {
        for (; rest > 255; rest -= 255)
        {
            output.Add(0);
        }

        output.Add((byte)rest);
    }
}
