// WordScanTests: words in a range of values, in all sizes and orders of bytes.
using System.Buffers.Binary;
using VaQuest.Dumps.Scanning;
using Xunit;

namespace VaQuest.Dumps.Tests.Scanning;

public sealed class WordScanTests
{
    [Theory]
    [InlineData(8, false)]
    [InlineData(8, true)]
    [InlineData(4, false)]
    [InlineData(4, true)]
    public void FindsFirstAndLastValueAndNothingBeside(int wordSize, bool isBigEndian)
    {
        // More words than one vector holds, and some behind the last whole vector.
        byte[] bytes = new byte[wordSize * 37];
        Write(bytes, 0, 0x1000, wordSize, isBigEndian);
        Write(bytes, 7, 0x1fff, wordSize, isBigEndian);
        Write(bytes, 8, 0x2000, wordSize, isBigEndian);
        Write(bytes, 20, 0xfff, wordSize, isBigEndian);
        Write(bytes, 36, 0x1800, wordSize, isBigEndian);
        (List<int> offsets, List<ulong> values) = Find(bytes, wordSize, isBigEndian, 0x1000, 0x1000);
        Assert.Equal([100, 100 + (7 * wordSize), 100 + (36 * wordSize)], offsets);
        Assert.Equal([0x1000UL, 0x1fff, 0x1800], values);
    }

    [Fact]
    public void FindsValuesAtTheEndOfTheAddressSpace()
    {
        byte[] bytes = new byte[64];
        Write(bytes, 3, ulong.MaxValue, 8, false);
        Assert.Equal([ulong.MaxValue], Find(bytes, 8, false, ulong.MaxValue, 1).Values);
        Assert.Empty(Find(bytes, 8, false, ulong.MaxValue - 1, 1).Values);
    }

    private static (List<int> Offsets, List<ulong> Values) Find(byte[] bytes, int wordSize, bool isBigEndian, ulong start, ulong length)
    {
        var offsets = new List<int>();
        var values = new List<ulong>();
        WordScan.Find(bytes, wordSize, isBigEndian, start, length, 100, offsets, values);
        return (offsets, values);
    }

    private static void Write(byte[] bytes, int index, ulong value, int wordSize, bool isBigEndian)
    {
        byte[] word = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(word, value);
        byte[] some = word[..wordSize];
        if (isBigEndian)
        {
            Array.Reverse(some);
        }

        some.CopyTo(bytes, index * wordSize);
    }
}
