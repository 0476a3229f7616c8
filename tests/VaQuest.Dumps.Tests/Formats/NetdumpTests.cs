// NetdumpTests: ELF files of netdump's server and diskdump's savecore, of both classes, whole and interrupted.
using VaQuest.Binary;
using VaQuest.TestKit.Dumps;
using Xunit;

namespace VaQuest.Dumps.Tests.Formats;

public sealed class NetdumpTests : IDisposable
{
    private readonly DumpTestFiles _files = new();

    public void Dispose() => _files.Dispose();

    private static ElfVmcoreWriter Writer(bool is64, uint taskType = 4)
    {
        NoteWriter notes = is64 ? new NoteWriter().AddPrStatus64(7, 336) : new NoteWriter().AddPrStatus32(7, 144);
        return new ElfVmcoreWriter { Is64 = is64, Machine = (ushort)(is64 ? 62 : 3), Alignment = 4096, IsDataAligned = true }
            .Notes(notes.Add("CORE", taskType, new byte[1700]));
    }

    [Fact]
    public void ReadsElf32FromPhysicalZeroOn()
    {
        // The fields say what they can: a virtual address, and less memory than the file holds.
        byte[] memory = Pages.Make(1, 0x8000);
        byte[] dump = Writer(is64: false).Segment(0x40000000, memory, virtualAddress: 0xc0000000, memoryBytes: 0x4000, fileBytes: 0x4000).ToArray();
        using Vmcore vmcore = _files.Open(dump);
        Assert.Equal(("netdump", "i386", 4, 4096), (vmcore.Format, vmcore.Architecture, vmcore.WordSize, vmcore.PageSize));
        Assert.Equal(7, Assert.Single(vmcore.CpuNotes).ProcessId);
        Assert.True(vmcore.IsComplete);
        Assert.Empty(vmcore.Warnings);
        Assert.Equal([new PhysicalRange(new PhysAddr(0), 0x8000)], vmcore.Ranges);
        Pages.AssertReads(vmcore, 0, memory);
        Assert.Contains(vmcore.Details, detail => detail is { Key: "Producer", Value: "netdump's server or diskdump's savecore" });
    }

    [Theory]
    [InlineData(4u)]
    [InlineData(0x70000001u)]
    public void ReadsElf64BySegments(uint taskType)
    {
        byte[] dump = Writer(is64: true, taskType).Segment(0, Pages.Make(1, 0x2800), memoryBytes: 0x4000).Segment(0x100000, Pages.Make(2)).ToArray();
        using Vmcore vmcore = _files.Open(dump);
        Assert.Equal("netdump", vmcore.Format);
        Pages.AssertReads(vmcore, 0, Pages.Make(1, 0x2800));
        Pages.AssertReads(vmcore, 0x100000, Pages.Make(2));
        Pages.AssertStops(vmcore, 0x2ff0, 0x20, ReadStatus.Excluded, 0x2ff0);
        Pages.AssertStops(vmcore, 0x4000, 8, ReadStatus.NotInDump, 0x4000);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ReadsWhatArrivedBeforeTheTransferStopped(bool is64)
    {
        byte[] memory = Pages.Make(1, 0x8000);
        byte[] dump = Writer(is64).Segment(0, memory).ToArray();
        using Vmcore vmcore = VmcoreFile.Open(_files.Write(dump[..^0x3800], ".vmcore-incomplete"));
        Assert.False(vmcore.IsComplete);
        Assert.Contains(vmcore.Warnings, warning => warning.StartsWith("the transfer of this netdump was interrupted", StringComparison.Ordinal));
        Assert.Contains(vmcore.Warnings, warning => warning.StartsWith("the file ends at byte", StringComparison.Ordinal));
        Pages.AssertStops(vmcore, 0, 0x8000, ReadStatus.Truncated, 0x4800);
        Pages.AssertReads(vmcore, 0, memory.AsSpan(0, 0x4800));
    }

    [Fact]
    public void TakesItsPageSizeFromTheAlignmentWithinBounds()
    {
        foreach ((ulong alignment, string format, int pageSize) in new[] { (16384ul, "netdump", 16384), (65536ul, "netdump", 65536), (1ul << 20, "elf", 4096), (4096ul + 512, "elf", 4096), (0ul, "elf", 4096) })
        {
            var writer = new ElfVmcoreWriter { Machine = 50, Alignment = alignment };
            writer.Notes(new NoteWriter().Add("CORE", 4, new byte[64]));
            int at = (int)Math.Max(alignment, 4096);
            byte[] dump = new WireWriter().Bytes(writer.Segment(0, [], offset: (ulong)at, fileBytes: 4096, memoryBytes: 4096).ToArray()).At(at).Bytes(Pages.Make(1)).ToArray();
            using Vmcore vmcore = _files.Open(dump);
            Assert.Equal((format, pageSize), (vmcore.Format, vmcore.PageSize));
            Pages.AssertReads(vmcore, 0, Pages.Make(1));
        }
    }
}
