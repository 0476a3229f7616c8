// GuardedMappingTests: a dump that is read so much that it is mapped, and then cut.
using VaQuest.Binary;
using VaQuest.Dumps.Storage;
using VaQuest.TestKit.Dumps;
using Xunit;

namespace VaQuest.Dumps.Tests.Storage;

public sealed class GuardedMappingTests : IDisposable
{
    private const int PageCount = 1000;

    private readonly DumpTestFiles _files = new();

    public void Dispose() => _files.Dispose();

    private static byte[] Elf() => new ElfVmcoreWriter().Segment(0, Memory()).ToArray();

    private static byte[] Memory() => [.. Enumerable.Range(0, PageCount).SelectMany(pfn => Pages.Make((ulong)pfn))];

    [Fact]
    public void ReadsTheSameBytesMapped()
    {
        using FileSource source = FileSource.Open(_files.Write(Memory()));
        byte[] expected = Memory();
        byte[] actual = new byte[5000];
        for (int round = 0; round < 3; round++)
        {
            for (int at = 0; at + actual.Length <= expected.Length; at += 3001)
            {
                Assert.Equal(actual.Length, source.Read(at, actual));
                Assert.True(expected.AsSpan(at, actual.Length).SequenceEqual(actual), $"the bytes at {at} differ");
            }
        }

        Assert.Equal(MappingFaults.IsInstalled, source.IsDirect);
        Assert.Equal(100, source.Read(expected.Length - 100, actual));
        Assert.Equal(0, source.Read(expected.Length, actual));
        Assert.Equal(0, source.Read(-1, actual));
    }

    [Fact]
    public void SurvivesAMappedFileThatIsCut()
    {
        string path = _files.Write(Elf());
        using Vmcore vmcore = VmcoreFile.Open(path);
        ReadAll(vmcore, PageCount);
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.SetLength((500 * 4096) + 8192);
        }

        ReadAll(vmcore, 500);
        Assert.Equal(ReadStatus.Truncated, vmcore.Memory.Read(new PhysAddr(900 * 4096), new byte[4096]).Status);
        Assert.Equal(ReadStatus.Truncated, vmcore.Memory.Read(new PhysAddr(600 * 4096), new byte[4096]).Status);
        ReadAll(vmcore, 500);
    }

    /// <summary>Cut while several threads are in the middle of copying: every byte that is given is right or zero of a page that is gone.</summary>
    [Fact]
    public void SurvivesBeingCutWhileOthersRead()
    {
        string path = _files.Write(Elf());
        using Vmcore vmcore = VmcoreFile.Open(path);
        ReadAll(vmcore, PageCount);
        bool isOver = false;
        int wrong = 0;
        Thread[] readers = [.. Enumerable.Range(0, 4).Select(seed => new Thread(() =>
        {
            var random = new Random(seed);
            byte[] page = new byte[4096];
            while (!Volatile.Read(ref isOver))
            {
                ulong pfn = (ulong)random.Next(PageCount);
                if (vmcore.Memory.Read(new PhysAddr(pfn * 4096), page).IsOk && !page.AsSpan().SequenceEqual(Pages.Make(pfn)))
                {
                    Interlocked.Increment(ref wrong);
                }
            }
        }))];
        Array.ForEach(readers, reader => reader.Start());
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            for (int pages = PageCount; pages >= 0; pages -= 20)
            {
                file.SetLength(120 + (pages * 4096L));
                Thread.Yield();
            }
        }

        Volatile.Write(ref isOver, true);
        Array.ForEach(readers, reader => reader.Join());
        Assert.Equal(0, wrong);
        Assert.NotEqual(ReadStatus.Ok, vmcore.Memory.Read(new PhysAddr(0), new byte[4096]).Status);
    }

    [Fact]
    public void AnswersReadsAfterClosingWithAnIoError()
    {
        // Mappings of closed dumps are watched until they are collected.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Vmcore vmcore = VmcoreFile.Open(_files.Write(Elf()));
        ReadAll(vmcore, PageCount);
        vmcore.Dispose();
        Assert.Equal(ReadStatus.IoError, vmcore.Memory.Read(new PhysAddr(900 * 4096), new byte[4096]).Status);
    }

    [Fact]
    public void ReadsAsManyFilesAsAreOpenedMappedOrNot()
    {
        string path = _files.Write(Elf());
        for (int i = 0; i < 300; i++)
        {
            using Vmcore vmcore = VmcoreFile.Open(path);
            ReadAll(vmcore, 300);
        }
    }

    private static void ReadAll(Vmcore vmcore, int count)
    {
        byte[] page = new byte[4096];
        for (int pfn = 0; pfn < count; pfn++)
        {
            Assert.Equal(ReadStatus.Ok, vmcore.Memory.Read(new PhysAddr((ulong)pfn * 4096), page).Status);
            Assert.True(page.AsSpan().SequenceEqual(Pages.Make((ulong)pfn)), $"page {pfn} differs");
        }
    }
}
