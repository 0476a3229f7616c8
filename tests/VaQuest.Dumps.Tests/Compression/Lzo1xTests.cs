// Lzo1xTests: the LZO1X decompressor against hand-made blocks, our compressor, and noise.
using VaQuest.Dumps.Compression;
using VaQuest.TestKit.Dumps;
using Xunit;

namespace VaQuest.Dumps.Tests.Compression;

public sealed class Lzo1xTests
{
    /// <summary>Blocks put together by hand from Documentation/staging/lzo.rst; "11 00 00" is the end mark.</summary>
    [Theory]
    [InlineData("first literal run", "15 41 42 43 44 | 11 00 00", "ABCD")]
    [InlineData("literals up to 18", "01 41 42 43 44 | 11 00 00", "ABCD")]
    [InlineData("match of 3 to 8 bytes nearby", "15 41 42 43 44 | 4c 00 | 11 00 00", "ABCDABC")]
    [InlineData("longest match nearby", "15 41 42 43 44 | ec 00 | 11 00 00", "ABCDABCDABCD")]
    [InlineData("match with two literals riding", "15 41 42 43 44 | 4e 00 58 59 | 11 00 00", "ABCDABCXY")]
    [InlineData("match of two bytes after riding literals", "15 41 42 43 44 | 4e 00 58 59 | 04 00 | 11 00 00", "ABCDABCXYXY")]
    [InlineData("match within 16 KiB, length in the instruction", "12 41 | 21 00 00 | 11 00 00", "AAAA")]
    [InlineData("match within 16 KiB, length behind", "12 41 | 20 01 00 00 | 11 00 00", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("period of three", "14 41 42 43 | 26 08 00 | 11 00 00", "ABCABCABCAB")]
    public void DecompressesHandMadeBlocks(string what, string block, string expected)
    {
        byte[] source = Convert.FromHexString(block.Replace(" ", "", StringComparison.Ordinal).Replace("|", "", StringComparison.Ordinal));
        byte[] page = new byte[expected.Length];
        Assert.True(Lzo1x.TryDecompress(source, page), what);
        Assert.Equal(expected, System.Text.Encoding.ASCII.GetString(page));

        // One byte of room more or less, or one byte of input less, and the block is refused.
        Assert.False(Lzo1x.TryDecompress(source, new byte[expected.Length + 1]), what);
        Assert.False(Lzo1x.TryDecompress(source, new byte[expected.Length - 1]), what);
        Assert.False(Lzo1x.TryDecompress(source.AsSpan(0, source.Length - 1), page), what);
    }

    [Fact]
    public void ReachesFarBack()
    {
        // 3 bytes after a literal run reach 2 to 3 KiB back, instructions 16..31 reach 16 to 48 KiB back.
        byte[] memory = new byte[60_000];
        new Random(1).NextBytes(memory);
        memory.AsSpan(5, 100).CopyTo(memory.AsSpan(40_000));
        memory.AsSpan(20_000, 500).CopyTo(memory.AsSpan(50_000));
        byte[] block = LzoWriter.Compress(memory);
        Assert.True(block.Length < memory.Length);
        byte[] result = new byte[memory.Length];
        Assert.True(Lzo1x.TryDecompress(block, result));
        Assert.Equal(memory, result);

        byte[] near = new byte[3000];
        new Random(2).NextBytes(near);
        byte[] run = [.. LzoWriter.Store(near)[..^3], 0x00, 0x00, 0x11, 0, 0];
        byte[] expected = [.. near, .. near.AsSpan(3000 - 2049, 3)];
        result = new byte[expected.Length];
        Assert.True(Lzo1x.TryDecompress(run, result));
        Assert.Equal(expected, result);
    }

    [Fact]
    public void DecompressesWhatOurCompressorWrites()
    {
        for (ulong pfn = 0; pfn < 400; pfn++)
        {
            int size = 1 + (int)(pfn * 11);
            byte[] page = Pages.Make(pfn, size);
            byte[] result = new byte[size];
            Assert.True(Lzo1x.TryDecompress(LzoWriter.Compress(page), result));
            Assert.Equal(page, result);
            Assert.True(Lzo1x.TryDecompress(LzoWriter.Store(page), result));
            Assert.Equal(page, result);
        }
    }

    [Fact]
    public void RefusesADistanceBeforeTheBeginning()
    {
        Assert.False(Lzo1x.TryDecompress(Convert.FromHexString("15414243445000110000"), new byte[7]));
        Assert.False(Lzo1x.TryDecompress(Convert.FromHexString("4c00110000"), new byte[3]));
    }

    [Fact]
    public void SurvivesNoise()
    {
        // The guard bytes around the page must stay: nothing is written outside it.
        var random = new Random(20261123);
        byte[] sound = LzoWriter.Compress(Pages.Make(1));
        byte[] room = new byte[4096 + 64];
        for (int i = 0; i < 200_000; i++)
        {
            byte[] block;
            if (i % 2 == 0)
            {
                block = [.. sound];
                block[random.Next(block.Length)] = (byte)random.Next(256);
            }
            else
            {
                block = new byte[random.Next(0, 40)];
                random.NextBytes(block);
            }

            int size = random.Next(1, 4097);
            room.AsSpan().Fill(0xa5);
            Lzo1x.TryDecompress(block, room.AsSpan(32, size));
            Assert.True(
                room.AsSpan(0, 32).IndexOfAnyExcept((byte)0xa5) < 0 && room.AsSpan(32 + size).IndexOfAnyExcept((byte)0xa5) < 0,
                $"round {i} wrote outside its page");
        }
    }

    [Fact]
    public void StopsAtAnEndlessLength()
    {
        byte[] block = new byte[1 << 20];
        block[0] = 0x20;
        Assert.False(Lzo1x.TryDecompress(block, new byte[4096]));
        block[0] = 0;
        Assert.False(Lzo1x.TryDecompress(block, new byte[4096]));
    }
}
