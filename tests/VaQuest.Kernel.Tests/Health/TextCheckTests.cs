// TextCheckTests: what the kernel does to its own code is no difference; everything else is.
using System.Buffers.Binary;
using VaQuest.Kernel.Health;
using Xunit;

namespace VaQuest.Kernel.Tests.Health;

public sealed class TextCheckTests
{
    private const ulong Slide = 0x1c00_0000;

    /// <summary>push rbx; mov rbx,[rip+…]; call …; test eax,eax; jne …; pop rbx; ret.</summary>
    private static byte[] Code =>
    [
        0xe8, 0x01, 0x02, 0x03, 0x04, 0x53, 0x48, 0x8b, 0x1d, 0x00, 0x10, 0x00, 0x81, 0xe8, 0x11, 0x22, 0x33, 0x44, 0x85, 0xc0, 0xeb, 0x10, 0x90, 0x5b, 0xc3,
        0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90,
    ];

    [Fact]
    public void TellsOneFlippedBit()
    {
        byte[] found = Code;
        found[18] ^= 0x04;
        TextDifference difference = Assert.Single(Compare(found));
        Assert.Equal((18UL, 1), (difference.Address.Value, difference.Bits));
        Assert.Equal((byte)0x85, Assert.Single(difference.Expected));
        Assert.Equal((byte)0x81, Assert.Single(difference.Found));
    }

    [Fact]
    public void TellsWhatWasWrittenOver()
    {
        byte[] found = Code;
        "widgets"u8.CopyTo(found.AsSpan(18));
        TextDifference difference = Assert.Single(Compare(found));
        Assert.Equal("widgets"u8.ToArray(), difference.Found);
    }

    [Fact]
    public void TakesMovedAddressesForTheSame()
    {
        byte[] found = Code;
        Span<byte> address = found.AsSpan(9, 4);
        BinaryPrimitives.WriteUInt32LittleEndian(address, unchecked(BinaryPrimitives.ReadUInt32LittleEndian(address) + (uint)Slide));
        Assert.Empty(Compare(found));
        BinaryPrimitives.WriteUInt32LittleEndian(address, unchecked(BinaryPrimitives.ReadUInt32LittleEndian(address) + 1));
        Assert.NotEmpty(Compare(found));
    }

    [Fact]
    public void TakesTheKernelsUsualPatchesForTheSame()
    {
        byte[] found = Code;
        byte[] longNop = [0x0f, 0x1f, 0x44, 0x00, 0x00];
        longNop.CopyTo(found.AsSpan(0));
        found[20] = 0x66;
        found[21] = 0x90;
        Assert.Empty(Compare(found));
    }

    [Fact]
    public void TakesProbesForTheSame()
    {
        byte[] found = Code;
        found[5] = 0xcc;
        Assert.Empty(Compare(found));
        found = Code;
        byte[] jump = [0xe9, 0x44, 0x55, 0x66, 0x77];
        jump.CopyTo(found.AsSpan(5));
        Assert.Empty(Compare(found));
    }

    private static List<TextDifference> Compare(byte[] found) => [.. TextCheck.Runs(Code, found, TextCheck.Unexplained(Code, found, Slide))];
}
