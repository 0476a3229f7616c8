// ConcurrencyTests: many readers of one dump at once, with a cache so small that they keep throwing each other's pages out.
using VaQuest.Binary;
using VaQuest.TestKit.Dumps;
using Xunit;

namespace VaQuest.Dumps.Tests;

public sealed class ConcurrencyTests : IDisposable
{
    private const int PageCount = 200;

    private readonly DumpTestFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ReadsTheRightBytesFromManyThreads(bool isElf)
    {
        byte[] memory = Enumerable.Range(0, PageCount).SelectMany(pfn => Pages.Make((ulong)pfn)).ToArray();
        using Vmcore vmcore = _files.Open(isElf ? Elf(memory) : Kdump(), new DumpOptions { PageCacheBytes = 16 * 4096 });
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, thread =>
        {
            var random = new Random(thread);
            byte[] buffer = new byte[3 * 4096];
            for (int i = 0; i < 3000; i++)
            {
                int at = random.Next(memory.Length);
                int count = Math.Min(memory.Length - at, random.Next(1, random.Next(2) == 0 ? 64 : buffer.Length));
                ReadOutcome outcome = vmcore.Memory.Read(new PhysAddr((ulong)at), buffer.AsSpan(0, count));
                if (!outcome.IsOk || !memory.AsSpan(at, count).SequenceEqual(buffer.AsSpan(0, count)))
                {
                    throw new InvalidOperationException($"thread {thread} read {outcome} at 0x{at:x}");
                }
            }
        });
    }

    [Fact]
    public void ClosesWhileOthersRead()
    {
        for (int round = 0; round < 20; round++)
        {
            Vmcore vmcore = _files.Open(Kdump());
            Task<ReadStatus>[] readers = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
            {
                byte[] buffer = new byte[64];
                for (int i = 0; i < 100_000; i++)
                {
                    ReadOutcome outcome = vmcore.Memory.Read(new PhysAddr((ulong)(i % PageCount) * 4096), buffer);
                    if (!outcome.IsOk)
                    {
                        return outcome.Status;
                    }
                }

                return ReadStatus.Ok;
            })).ToArray();
            vmcore.Dispose();
            Assert.All(readers, reader => Assert.True(reader.GetAwaiter().GetResult() is ReadStatus.Ok or ReadStatus.IoError));
        }
    }

    private static byte[] Elf(byte[] memory) => new ElfVmcoreWriter().Segment(0, memory).ToArray();

    private static byte[] Kdump()
    {
        var writer = new KdumpWriter();
        PageCompression[] methods = [PageCompression.Raw, PageCompression.Zlib, PageCompression.Lzo, PageCompression.Snappy, PageCompression.Zstd];
        for (ulong pfn = 0; pfn < PageCount; pfn++)
        {
            byte[] bytes = Pages.Make(pfn);
            PageCompression method = methods[pfn % 5];
            bool isSmaller = KdumpWriter.Compress(bytes, method).Length < bytes.Length;
            writer.Page(pfn, bytes, isSmaller ? method : PageCompression.Raw);
        }

        return writer.ToArray();
    }
}
