// MemoryImageTests: LiME and AVML images, and raw ones at given addresses.
using VaQuest.Binary;
using VaQuest.TestKit.Dumps;
using Xunit;

namespace VaQuest.Dumps.Tests.Formats;

public sealed class MemoryImageTests : IDisposable
{
    private readonly DumpTestFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData(false, "lime")]
    [InlineData(true, "avml")]
    public void ReadsRangesInAnyOrderAndHolesBetweenThem(bool isCompressed, string format)
    {
        byte[] high = PageContents.MakeCompressible(3, 0x21000);
        byte[] dump = new LimeWriter { IsCompressed = isCompressed }.Range(0x100000, high).Range(0x1000, Pages.Make(1)).ToArray();
        using Vmcore vmcore = _files.Open(dump);
        Assert.Equal(format, vmcore.Format);
        Assert.Equal("unknown", vmcore.Architecture);
        Assert.True(vmcore.IsComplete);
        Pages.AssertReads(vmcore, 0x100000, high);
        Pages.AssertReads(vmcore, 0x10fff0, high.AsSpan(0xfff0, 0x123));
        Pages.AssertReads(vmcore, 0x1000, Pages.Make(1));
        Pages.AssertStops(vmcore, 0x1800, 0x1000, ReadStatus.NotInDump, 0x2000);
    }

    [Fact]
    public void KeepsTheFirstOfOverlappingRanges()
    {
        using Vmcore vmcore = _files.Open(new LimeWriter().Range(0x1000, Pages.Make(1, 0x2000)).Range(0x2000, Pages.Make(2, 0x2000)).ToArray());
        Pages.AssertReads(vmcore, 0x1000, [.. Pages.Make(1, 0x2000), .. Pages.Make(2, 0x2000)[0x1000..]]);
    }

    [Fact]
    public void ReadsRangesWhoseEndIsExclusive()
    {
        using Vmcore vmcore = _files.Open(new LimeWriter { IsEndExclusive = true }.Range(0x1000, Pages.Make(1)).Range(0x8000, Pages.Make(2)).ToArray());
        Assert.True(vmcore.IsComplete);
        Pages.AssertReads(vmcore, 0x8000, Pages.Make(2));
        Assert.Equal(0x2000ul, vmcore.PhysicalBytes);
    }

    [Fact]
    public void TellsADamagedChunkByItsChecksum()
    {
        byte[] memory = PageContents.MakeCompressible(1, 0x20000);
        byte[] dump = new LimeWriter { IsCompressed = true }.Range(0, memory).ToArray();
        dump[46] ^= 1;
        using Vmcore vmcore = _files.Open(dump);
        Pages.AssertStops(vmcore, 0, 16, ReadStatus.Corrupt, 0);
        Pages.AssertReads(vmcore, 0x10000, memory.AsSpan(0x10000));
    }

    [Theory]
    [InlineData("0", 0ul)]
    [InlineData("0x40000000", 0x40000000ul)]
    [InlineData("fffff000", 0xfffff000ul)]
    public void OpensARawImageAtAnAddress(string text, ulong address)
    {
        string path = _files.Write(Pages.Make(1));
        using Vmcore vmcore = VmcoreFile.Open($"{path}@{text}");
        Assert.Equal("raw", vmcore.Format);
        Pages.AssertReads(vmcore, address, Pages.Make(1));
        Pages.AssertStops(vmcore, address + 0x800, 0x1000, ReadStatus.NotInDump, address + 0x1000);
    }

    [Fact]
    public void OpensARawImageInSeveralFiles()
    {
        string low = _files.Write(Pages.Make(1));
        string high = _files.Write(Pages.Make(2));
        using Vmcore vmcore = VmcoreFile.Open($"{low}@0,{Path.GetFileName(high)}@100000000");
        Pages.AssertReads(vmcore, 0, Pages.Make(1));
        Pages.AssertReads(vmcore, 1ul << 32, Pages.Make(2));
    }

    [Fact]
    public void NamesTheFileOfARawImageThatIsNotThere()
    {
        string path = Path.Combine(_files.Folder, "nothing");
        Assert.Contains($"{path} does not exist", Assert.Throws<DumpFormatException>(() => VmcoreFile.Open(path + "@0")).Message);
    }

    [Fact]
    public void OpensAFileWhoseNameHasAnAtSign()
    {
        string path = _files.Write(new LimeWriter().Range(0, Pages.Make(1)).ToArray(), "@0");
        using Vmcore vmcore = VmcoreFile.Open(path);
        Assert.Equal("lime", vmcore.Format);
    }
}
