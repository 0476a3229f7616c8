// PageCompressorTests: pages through every compressor and back.
using VaQuest.Binary;
using VaQuest.Dumps.Compression;
using VaQuest.TestKit.Dumps;
using Xunit;

namespace VaQuest.Dumps.Tests.Compression;

public sealed class PageCompressorTests
{
    public static TheoryData<CompressionMethod> Methods() =>
        new(CompressionMethod.Zlib, CompressionMethod.Lzo, CompressionMethod.Snappy, CompressionMethod.Zstd);

    [Theory]
    [MemberData(nameof(Methods))]
    public void GivesBackEveryPage(CompressionMethod method)
    {
        using var compressor = new PageCompressor(method);
        using var codec = new PageCodec();
        int smaller = 0;
        foreach (int size in new[] { 4096, 16384, 65536 })
        {
            for (ulong i = 0; i < 300; i++)
            {
                byte[] page = i % 2 == 0 ? PageContents.Make(i, size) : PageContents.MakeCompressible(i, size);
                byte[] target = new byte[size];
                int count = compressor.Compress(page, target, 0);
                if (count > 0)
                {
                    byte[] back = new byte[size];
                    Assert.Equal(ReadStatus.Ok, codec.Decompress(method, target, 0, count, back));
                    Assert.True(page.AsSpan().SequenceEqual(back), $"{method}: page {i} of {size} bytes differs");
                    Assert.InRange(count, 1, size - 1);
                    smaller++;
                }
            }
        }

        Assert.True(smaller > 600, $"{method} made only {smaller} of 900 pages smaller");
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void SaysThatNoiseDoesNotShrink(CompressionMethod method)
    {
        using var compressor = new PageCompressor(method);
        byte[] page = new byte[4096];
        byte[] target = Enumerable.Repeat((byte)0xaa, 3 * 4096).ToArray();
        for (int seed = 0; seed < 100; seed++)
        {
            new Random(seed).NextBytes(page);
            Assert.Equal(0, compressor.Compress(page, target, 4096));
        }

        Assert.True(target.AsSpan(0, 4096).IndexOfAnyExcept((byte)0xaa) < 0, "nothing is written before the place");
        Assert.True(target.AsSpan(8192).IndexOfAnyExcept((byte)0xaa) < 0, "nothing is written behind the place");
    }

    /// <summary>Short and long literal runs, near, middle and far matches, and lengths around every border of the encoding.</summary>
    [Fact]
    public void LzoCoversEveryInstruction()
    {
        var compressor = new Lzo1xCompressor();
        byte[] target = new byte[80_000];
        foreach (int distance in new[] { 1, 2, 7, 8, 9, 16, 0x7ff, 0x800, 0x801, 0x3fff, 0x4000, 0x4001, 0x7fff, 0x8000, 0xbffe, 0xbfff, 0xc000 })
        {
            foreach (int length in new[] { 4, 5, 8, 9, 10, 33, 34, 35, 288, 289, 290, 3000 })
            {
                foreach (int literals in new[] { 0, 1, 2, 3, 4, 17, 18, 19, 273, 274, 275, 1000 })
                {
                    byte[] input = new byte[Math.Min(Lzo1xCompressor.MaxInput, distance + length + literals)];
                    new Random(distance).NextBytes(input.AsSpan(0, distance));
                    for (int i = distance; i < Math.Min(input.Length, distance + length); i++)
                    {
                        input[i] = input[i - distance];
                    }

                    new Random(length).NextBytes(input.AsSpan(Math.Min(input.Length, distance + length)));
                    int count = compressor.Compress(input, target);
                    byte[] back = new byte[input.Length];
                    Assert.True(Lzo1x.TryDecompress(target.AsSpan(0, count), back), $"distance {distance}, length {length}, literals {literals}");
                    Assert.True(input.AsSpan().SequenceEqual(back), $"distance {distance}, length {length}, literals {literals}");
                }
            }
        }
    }

    [Fact]
    public void LzoNeverWritesBeyondItsRoom()
    {
        var compressor = new Lzo1xCompressor();
        byte[] page = PageContents.MakeCompressible(3);
        int full = compressor.Compress(page, new byte[8192]);
        for (int room = 0; room <= full + 3; room++)
        {
            byte[] target = Enumerable.Repeat((byte)0xaa, 8192).ToArray();
            int count = compressor.Compress(page, target.AsSpan(0, room));
            Assert.True(count == 0 || count == full, $"{count} bytes in {room}");
            Assert.True(target.AsSpan(room).IndexOfAnyExcept((byte)0xaa) < 0, $"wrote beyond {room} bytes");
        }
    }
}
