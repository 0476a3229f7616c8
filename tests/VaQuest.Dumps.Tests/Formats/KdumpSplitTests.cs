// KdumpSplitTests: dumps that makedumpfile --split wrote into several files: all of them, some, or one.
using System.Diagnostics;
using VaQuest.Binary;
using VaQuest.TestKit.Dumps;
using Xunit;

namespace VaQuest.Dumps.Tests.Formats;

public sealed class KdumpSplitTests : IDisposable
{
    private const ulong PageCount = 30;

    private readonly DumpTestFiles _files = new();

    public void Dispose() => _files.Dispose();

    private static byte[] Member(ulong start, ulong end, ulong seconds = 1, int lostFrom = int.MaxValue, bool isBigEndian = false, int wordSize = 8)
    {
        var writer = new KdumpWriter
        {
            Split = (start, end), Seconds = seconds, LostFrom = lostFrom, MaxMapnr = PageCount + 2, IsBigEndian = isBigEndian, WordSize = wordSize,
            Machine = wordSize == 4 ? "ppc" : isBigEndian ? "s390x" : "x86_64",
        };
        for (ulong pfn = 0; pfn < PageCount; pfn++)
        {
            writer.Page(pfn, Pages.Make(pfn), PageCompression.Zlib);
        }

        return writer.Excluded(PageCount).ToArray();
    }

    private static byte[] Memory() => Enumerable.Range(0, (int)PageCount).SelectMany(pfn => Pages.Make((ulong)pfn)).ToArray();

    private static IEnumerable<string> MembersOf(Vmcore vmcore) =>
        vmcore.Details.Where(detail => detail.Key.StartsWith("Split member", StringComparison.Ordinal)).Select(detail => detail.Value);

    [Theory]
    [InlineData(false, 8)]
    [InlineData(true, 8)]
    [InlineData(true, 4)]
    public void ReadsAllMembersWhicheverIsOpened(bool isBigEndian, int wordSize)
    {
        string[] paths =
        [
            _files.Write(Member(20, 32, isBigEndian: isBigEndian, wordSize: wordSize), ".a"),
            _files.Write(Member(0, 7, isBigEndian: isBigEndian, wordSize: wordSize), ".b"),
            _files.Write(Member(7, 20, isBigEndian: isBigEndian, wordSize: wordSize), ".c"),
        ];
        foreach (string path in paths)
        {
            using Vmcore vmcore = VmcoreFile.Open(path);
            Assert.True(vmcore.IsComplete);
            Assert.Empty(vmcore.Warnings);
            Assert.Equal("kdump-compressed", vmcore.Format);
            Pages.AssertReads(vmcore, 0, Memory());
            Pages.AssertReads(vmcore, 0x6ffe, Memory().AsSpan(0x6ffe, 4));
            Pages.AssertStops(vmcore, 0x1dff0, 0x20, ReadStatus.Excluded, 0x1e000);
            Pages.AssertStops(vmcore, 0x1f000, 8, ReadStatus.NotInDump, 0x1f000);
            Pages.AssertStops(vmcore, ulong.MaxValue - 3, 8, ReadStatus.NotInDump, ulong.MaxValue - 3);
            Assert.Equal([new PhysicalRange(new PhysAddr(0), PageCount * 4096)], vmcore.Pages!.EnumeratePresent());
            Assert.Equal([new PhysicalRange(new PhysAddr(0), (PageCount + 1) * 4096)], vmcore.Ranges);
            Assert.All(Enumerable.Range(0, (int)PageCount), pfn => Assert.Equal(PageState.Present, vmcore.Pages.StateOf(new Pfn((ulong)pfn))));
            Assert.Equal(PageState.Excluded, vmcore.Pages.StateOf(new Pfn(PageCount)));
            Assert.Equal(PageState.Hole, vmcore.Pages.StateOf(new Pfn(ulong.MaxValue)));
            Assert.Equal(3, MembersOf(vmcore).Count());
            Assert.Contains("the file that was opened", Assert.Single(MembersOf(vmcore), line => line.StartsWith(Path.GetFileName(path), StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void TellsWhichPagesAreInAFileThatIsMissing()
    {
        string path = _files.Write(Member(0, 7));
        _files.Write(Member(20, 32));
        using Vmcore vmcore = VmcoreFile.Open(path);
        Assert.False(vmcore.IsComplete);
        Assert.Contains("the file with pages 7 to 19 is not beside it", Assert.Single(vmcore.Warnings));
        Assert.Contains("(missing): pages 7 to 19, 13 of them dumped", MembersOf(vmcore));
        Pages.AssertStops(vmcore, 0, 0x8000, ReadStatus.InAnotherFile, 0x7000);
        Pages.AssertReads(vmcore, 20 * 4096, Pages.Make(20));
        Pages.AssertStops(vmcore, 0x13ff8, 16, ReadStatus.InAnotherFile, 0x13ff8);
        Assert.Equal(PageState.Lost, vmcore.Pages!.StateOf(new Pfn(8)));
        Assert.Equal([new PhysicalRange(new PhysAddr(0), 7 * 4096), new PhysicalRange(new PhysAddr(20 * 4096), 10 * 4096)], vmcore.Pages.EnumeratePresent());
    }

    [Fact]
    public void ReadsMembersThatAreFlattened()
    {
        string path = _files.Write(FlattenedWriter.Wrap(Member(7, 20)));
        _files.Write(Member(0, 7));
        string last = _files.Write(FlattenedWriter.Wrap(Member(20, 32), 5000));
        using (Vmcore vmcore = VmcoreFile.Open(path))
        {
            Assert.True(vmcore.IsComplete);
            Pages.AssertReads(vmcore, 0, Memory());
        }

        // A member without its end mark is named.
        File.WriteAllBytes(last, File.ReadAllBytes(last)[..^16]);
        using Vmcore damaged = VmcoreFile.Open(path);
        Assert.False(damaged.IsComplete);
        Assert.StartsWith(Path.GetFileName(last) + ": the flattened file ends at byte", Assert.Single(damaged.Warnings));
        Pages.AssertReads(damaged, 0, Memory());
    }

    [Fact]
    public void LeavesOutFilesOfOtherDumpsAndCopies()
    {
        string path = _files.Write(Member(0, 20));
        string copy = _files.Write(Member(10, 25));
        _files.Write(Member(20, 32, seconds: 2));
        _files.Write(new KdumpWriter().Page(1, Pages.Make(1)).ToArray());
        _files.Write("KDUMP   "u8.ToArray());
        _files.Write(new byte[5000]);
        using Vmcore vmcore = VmcoreFile.Open(path);
        Assert.Contains(vmcore.Warnings, warning => warning.StartsWith(Path.GetFileName(copy) + " holds pages that", StringComparison.Ordinal));
        Assert.Contains(vmcore.Warnings, warning => warning.Contains("pages 20 to 31", StringComparison.Ordinal));
        Assert.Equal(2, vmcore.Warnings.Count);
        Pages.AssertReads(vmcore, 0, Memory().AsSpan(0, 20 * 4096));
    }

    [Fact]
    public void NamesTheMemberThatIsIncomplete()
    {
        string path = _files.Write(Member(0, 20));
        string other = _files.Write(Member(20, 32, lostFrom: 4));
        using Vmcore vmcore = VmcoreFile.Open(path);
        Assert.Equal(
            $"the split member {Path.GetFileName(other)} is cut: pages are missing from physical 0x18000 on (file of {new FileInfo(other).Length} bytes)",
            Assert.Single(vmcore.Warnings));
        Pages.AssertStops(vmcore, 0, 0x20000, ReadStatus.Truncated, 0x18000);
    }

    [Fact]
    public void ListsMembersWithoutPages()
    {
        _files.Write(Member(32, 32));
        using Vmcore vmcore = VmcoreFile.Open(_files.Write(Member(0, 32)));
        Assert.True(vmcore.IsComplete);
        Assert.Contains(MembersOf(vmcore), line => line.EndsWith(": no pages", StringComparison.Ordinal));
    }

    [Fact]
    public void LooksAtABoundedNumberOfFiles()
    {
        string path = _files.Write(Member(0, 20));
        for (int i = 0; i < 5; i++)
        {
            _files.Write([]);
        }

        using Vmcore vmcore = VmcoreFile.Open(path, new DumpOptions { Limits = new DumpLimits { MaxFilesBeside = 3 } });
        Assert.Contains("more than 3 files", vmcore.Warnings[0]);
        using Vmcore all = VmcoreFile.Open(path, new DumpOptions { Limits = new DumpLimits { MaxFilesBeside = 6 } });
        Assert.DoesNotContain(all.Warnings, warning => warning.Contains("more than", StringComparison.Ordinal));
    }

    /// <summary>Opening a pipe would wait for a writer that never comes.</summary>
    [Fact]
    public void DoesNotWaitForAPipeBesideTheDump()
    {
        string path = _files.Write(Member(0, 32));
        if (!OperatingSystem.IsWindows())
        {
            using Process make = Process.Start("mkfifo", [Path.Combine(_files.Folder, "pipe")]);
            make.WaitForExit();
            Assert.Equal(0, make.ExitCode);
        }

        using Vmcore vmcore = VmcoreFile.Open(path);
        Assert.True(vmcore.IsComplete);
    }
}
