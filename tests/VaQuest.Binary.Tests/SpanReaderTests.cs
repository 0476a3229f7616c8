// SpanReaderTests: the cursor through which all untrusted bytes are read.
using Xunit;

namespace VaQuest.Binary.Tests;

public sealed class SpanReaderTests
{
    private static readonly byte[] s_bytes = [0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88];

    [Theory]
    [InlineData(false, 0x2211u, 0x44332211u, 0x8877665544332211ul)]
    [InlineData(true, 0x1122u, 0x11223344u, 0x1122334455667788ul)]
    public void ReadsBothByteOrders(bool isBigEndian, uint half, uint word, ulong both)
    {
        Assert.Equal(half, new SpanReader(s_bytes, isBigEndian).ReadUInt16());
        Assert.Equal(word, new SpanReader(s_bytes, isBigEndian).ReadUInt32());
        Assert.Equal(both, new SpanReader(s_bytes, isBigEndian).ReadUInt64());
        Assert.Equal(unchecked((int)word), new SpanReader(s_bytes, isBigEndian).ReadInt32());
        Assert.Equal(unchecked((long)both), new SpanReader(s_bytes, isBigEndian).ReadInt64());
        Assert.Equal(word, new SpanReader(s_bytes, isBigEndian, 4).ReadWord());
        Assert.Equal(both, new SpanReader(s_bytes, isBigEndian, 8).ReadWord());
        Assert.Equal(half, new SpanReader(s_bytes, isBigEndian).ReadUInt(2));
        Assert.Equal(0x11ul, new SpanReader(s_bytes, isBigEndian).ReadUInt(1));
    }

    [Theory]
    [InlineData(new byte[] { 0x00 }, 0ul, 1)]
    [InlineData(new byte[] { 0x7f }, 127ul, 1)]
    [InlineData(new byte[] { 0x80, 0x01 }, 128ul, 2)]
    [InlineData(new byte[] { 0xe5, 0x8e, 0x26 }, 624485ul, 3)]
    [InlineData(new byte[] { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01 }, ulong.MaxValue, 10)]
    [InlineData(new byte[] { 0x81, 0x80, 0x80, 0x00 }, 1ul, 4)]
    [InlineData(new byte[] { 0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00 }, 1ul, 12)]
    public void ReadsUleb128(byte[] bytes, ulong expected, int length)
    {
        var reader = new SpanReader(bytes);
        Assert.Equal(expected, reader.ReadUleb128());
        Assert.Equal(length, reader.Position);
    }

    [Theory]
    [InlineData(new byte[] { 0x02 }, 2L)]
    [InlineData(new byte[] { 0x7e }, -2L)]
    [InlineData(new byte[] { 0xff, 0x00 }, 127L)]
    [InlineData(new byte[] { 0x81, 0x7f }, -127L)]
    [InlineData(new byte[] { 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f }, long.MinValue)]
    [InlineData(new byte[] { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00 }, long.MaxValue)]
    public void ReadsSleb128(byte[] bytes, long expected)
    {
        var reader = new SpanReader(bytes);
        Assert.Equal(expected, reader.ReadSleb128());
        Assert.True(reader.IsAtEnd);
    }

    [Theory]
    [InlineData(new byte[] { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02 })]
    [InlineData(new byte[] { 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01 })]
    [InlineData(new byte[] { 0x80 })]
    [InlineData(new byte[0])]
    public void RefusesUleb128ThatIsCutOrTooLarge(byte[] bytes)
    {
        var reader = new SpanReader(bytes);
        Assert.False(reader.TryReadUleb128(out ulong value));
        Assert.Equal((0ul, 0), (value, reader.Position));
    }

    [Fact]
    public void StaysWhereItIsWhenAReadIsShort()
    {
        var reader = new SpanReader([1, 2, 3], false, 8) { Position = 1 };
        Assert.False(reader.TryReadUInt32(out _));
        Assert.False(reader.TryReadUInt64(out _));
        Assert.False(reader.TryReadWord(out _));
        Assert.False(reader.TryReadUInt(3, out _));
        Assert.False(reader.TryReadBytes(3, out _));
        Assert.False(reader.TryReadBytes(-1, out _));
        Assert.False(reader.TryReadCString(out _));
        Assert.False(reader.TrySkip(3));
        Assert.False(reader.TrySkip(-1));
        Assert.False(reader.TrySkip(long.MaxValue));
        Assert.Equal((1, 2), (reader.Position, reader.Remaining));
        Assert.True(reader.TryReadUInt16(out ushort value));
        Assert.Equal(0x0302, value);
        Assert.False(reader.TryReadByte(out _));
        Assert.False(reader.TryReadUInt16(out _));
        Assert.Equal(3, reader.Position);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void ThrowsTruncatedAndStaysWhereItIs(int size)
    {
        for (int there = 0; there < size; there++)
        {
            var reader = new SpanReader(new byte[there + 2]) { Position = 2 };
            DumpFormatException? error = null;
            try
            {
                reader.ReadUInt(size);
            }
            catch (DumpFormatException caught)
            {
                error = caught;
            }

            Assert.Equal(FormatError.Truncated, error?.Error);
            Assert.Contains($"ends at byte {there + 2}", error!.Message);
            Assert.Equal(2, reader.Position);
        }
    }

    [Fact]
    public void ReadsStringsUpToTheirNul()
    {
        var reader = new SpanReader("ab\0\0cd"u8);
        Assert.Equal("ab"u8.ToArray(), reader.ReadCString().ToArray());
        Assert.True(reader.ReadCString().IsEmpty);
        Assert.False(reader.TryReadCString(out _));
        Assert.Equal("cd"u8.ToArray(), reader.Rest.ToArray());
    }

    [Fact]
    public void RefusesAPositionOutside()
    {
        Assert.Throws<DumpFormatException>(() => new SpanReader(s_bytes) { Position = 9 });
        Assert.Throws<DumpFormatException>(() => new SpanReader(s_bytes) { Position = -1 });
        Assert.True(new SpanReader(s_bytes) { Position = 8 }.IsAtEnd);
    }
}
