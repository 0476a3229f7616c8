// Mutator: changes inputs, blindly and along their structure.
using System.Buffers.Binary;
using VaQuest.TestKit.Dumps.Samples;

namespace VaQuest.Fuzz.Engine;

/// <summary>Makes a new input out of an old one. Deterministic for a seed of the generator.</summary>
internal sealed class Mutator(int seed, IReadOnlyList<byte[]> words, int maxLength)
{
    private const int MaxSteps = 8;

    private static readonly long[] s_values =
    [
        0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64, 127, 128, 255, 256, 511, 512, 1023, 1024, 4095, 4096, 4097, 32767, 32768, 65535, 65536,
        0x7fffffff, 0x80000000, 0xffffffff, 0x100000000, long.MaxValue, long.MinValue, -1, -2, -8, -4096,
    ];

    private readonly Random _random = new(seed);

    public byte[] Mutate(FuzzSeed input, FuzzSeed other)
    {
        byte[] bytes = [.. input.Bytes];
        for (int steps = 1 + _random.Next(MaxSteps); steps > 0; steps--)
        {
            bytes = Step(bytes, input, other);
        }

        return bytes.Length > maxLength ? bytes[..maxLength] : bytes;
    }

    private byte[] Step(byte[] bytes, FuzzSeed input, FuzzSeed other)
    {
        if (bytes.Length == 0)
        {
            return [(byte)_random.Next(256)];
        }

        switch (_random.Next(12))
        {
            case 0:
                bytes[Place(bytes, input)] ^= (byte)(1 << _random.Next(8));
                return bytes;
            case 1:
                bytes[Place(bytes, input)] = (byte)_random.Next(256);
                return bytes;
            case 2 or 3:
                return WithNumber(bytes, Place(bytes, input));
            case 4:
                return WithArithmetic(bytes, Place(bytes, input));
            case 5 or 6 when input.Fields.Count > 0:
                return WithField(bytes, input);
            case 7:
                return Cut(bytes, input);
            case 8:
                return Insert(bytes, Place(bytes, input), Piece(bytes));
            case 9 when words.Count > 0:
                return PutWord(bytes, Place(bytes, input));
            case 10:
                return CopyWithin(bytes, input);
            case 11 when other.Bytes.Length > 0:
                return Splice(bytes, other.Bytes);
            default:
                int place = Place(bytes, input);
                bytes[place] = unchecked((byte)(bytes[place] + _random.Next(1, 256)));
                return bytes;
        }
    }

    private int Place(byte[] bytes, FuzzSeed input)
    {
        bool isFocused = input.FocusLength > 0 && input.FocusAt < bytes.Length && _random.Next(16) != 0;
        return isFocused ? input.FocusAt + _random.Next(Math.Min(input.FocusLength, bytes.Length - input.FocusAt)) : _random.Next(bytes.Length);
    }

    private byte[] WithNumber(byte[] bytes, int at)
    {
        int size = 1 << _random.Next(4);
        if (at + size <= bytes.Length)
        {
            Put(bytes.AsSpan(at, size), unchecked((ulong)s_values[_random.Next(s_values.Length)]), _random.Next(4) == 0);
        }

        return bytes;
    }

    private byte[] WithArithmetic(byte[] bytes, int at)
    {
        if (at + 4 <= bytes.Length)
        {
            Span<byte> place = bytes.AsSpan(at, 4);
            bool isBig = _random.Next(4) == 0;
            uint now = isBig ? BinaryPrimitives.ReadUInt32BigEndian(place) : BinaryPrimitives.ReadUInt32LittleEndian(place);
            Put(place, unchecked(now + (uint)_random.Next(-35, 36)), isBig);
        }

        return bytes;
    }

    private byte[] WithField(byte[] bytes, FuzzSeed input)
    {
        SampleField field = input.Fields[_random.Next(input.Fields.Count)];
        if (field.File is not null || field.At + field.Size > bytes.Length)
        {
            return bytes;
        }

        ulong[] values = [.. DumpSample.ExtremesOf(field, bytes)];
        ulong value = _random.Next(3) == 0 ? unchecked((ulong)s_values[_random.Next(s_values.Length)]) : values[_random.Next(values.Length)];
        Put(bytes.AsSpan((int)field.At, field.Size), value, field.IsBigEndian);
        return bytes;
    }

    private byte[] Cut(byte[] bytes, FuzzSeed input)
    {
        int at = Place(bytes, input);
        int count = _random.Next(4) == 0 ? bytes.Length - at : Math.Min(bytes.Length - at, 1 + _random.Next(32));
        return [.. bytes.AsSpan(0, at), .. bytes.AsSpan(at + count)];
    }

    private byte[] Piece(byte[] bytes)
    {
        int from = _random.Next(bytes.Length);
        int count = Math.Min(bytes.Length - from, 1 + _random.Next(_random.Next(8) == 0 ? 1024 : 16));
        return bytes.AsSpan(from, count).ToArray();
    }

    private static byte[] Insert(byte[] bytes, int at, byte[] piece) => [.. bytes.AsSpan(0, at), .. piece, .. bytes.AsSpan(at)];

    private byte[] PutWord(byte[] bytes, int at)
    {
        byte[] word = words[_random.Next(words.Count)];
        if (_random.Next(2) == 0)
        {
            return Insert(bytes, at, word);
        }

        word.AsSpan(0, Math.Min(word.Length, bytes.Length - at)).CopyTo(bytes.AsSpan(at));
        return bytes;
    }

    private byte[] CopyWithin(byte[] bytes, FuzzSeed input)
    {
        int from = Place(bytes, input);
        int to = Place(bytes, input);
        int count = Math.Min(1 + _random.Next(64), Math.Min(bytes.Length - from, bytes.Length - to));
        bytes.AsSpan(from, count).ToArray().CopyTo(bytes, to);
        return bytes;
    }

    private byte[] Splice(byte[] bytes, byte[] other)
    {
        int at = _random.Next(bytes.Length);
        int from = Math.Min(at, other.Length - 1);
        return _random.Next(2) == 0
            ? [.. bytes.AsSpan(0, at), .. other.AsSpan(from)]
            : [.. bytes.AsSpan(0, at), .. other.AsSpan(_random.Next(other.Length))];
    }

    private static void Put(Span<byte> place, ulong value, bool isBigEndian)
    {
        Span<byte> wide = stackalloc byte[8];
        if (isBigEndian)
        {
            BinaryPrimitives.WriteUInt64BigEndian(wide, value);
            wide[(8 - place.Length)..].CopyTo(place);
        }
        else
        {
            BinaryPrimitives.WriteUInt64LittleEndian(wide, value);
            wide[..place.Length].CopyTo(place);
        }
    }
}
