// RlePageTests: LKCD's run-length code against the kernel's encoder, worked by hand.
using VaQuest.Dumps.Compression;
using VaQuest.TestKit.Dumps;
using Xunit;

namespace VaQuest.Dumps.Tests.Compression;

public sealed class RlePageTests
{
    /// <summary>What dump_compress_rle of LKCD's drivers/dump/dump_rle.c makes of these, followed line by line.</summary>
    [Theory]
    [InlineData("01", "01")]
    [InlineData("0101", "0101")]
    [InlineData("010101", "000201")]
    [InlineData("00", "0000")]
    [InlineData("0000", "000100")]
    [InlineData("000000", "000200")]
    [InlineData("0500000007", "0500020007")]
    [InlineData("0505050006", "000205000006")]
    public void ReadsWhatTheKernelWrites(string plain, string code)
    {
        byte[] page = new byte[plain.Length / 2];
        Assert.True(RlePage.TryDecompress(Convert.FromHexString(code), page));
        Assert.Equal(plain, Convert.ToHexString(page));
        Assert.Equal(code, Convert.ToHexString(RleWriter.Compress(page)));
    }

    [Fact]
    public void ReadsRunsOfAllLengths()
    {
        for (int length = 1; length < 1000; length += 7)
        {
            foreach (byte value in new byte[] { 0, 1, 255 })
            {
                byte[] plain = [9, .. Enumerable.Repeat(value, length), 9];
                byte[] page = new byte[plain.Length];
                Assert.True(RlePage.TryDecompress(RleWriter.Compress(plain), page));
                Assert.Equal(plain, page);
                Assert.False(RlePage.TryDecompress(RleWriter.Compress(plain), new byte[plain.Length - 1]));
                Assert.False(RlePage.TryDecompress(RleWriter.Compress(plain), new byte[plain.Length + 1]));
            }
        }
    }
}
