// DumpVerifierTests: counts and places of sound, excluded, missing and damaged pages.
using VaQuest.Binary;
using VaQuest.Dumps.Verification;
using VaQuest.TestKit.Dumps;
using Xunit;

namespace VaQuest.Dumps.Tests.Verification;

public sealed class DumpVerifierTests : IDisposable
{
    private readonly DumpTestFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void CountsPagesByState()
    {
        KdumpWriter writer = new KdumpWriter().Page(1, Pages.Make(1), PageCompression.Lzo).Zero(2).Zero(3).Excluded(4).Page(5, Pages.Make(5));
        using Vmcore vmcore = _files.Open(writer.ToArray());
        DumpCheck check = DumpVerifier.Verify(vmcore, null, CancellationToken.None);
        Assert.Equal((2ul, 2ul, 1ul, 0ul, 0ul), (check.Present, check.Zero, check.Excluded, check.Missing, check.Damaged));
        Assert.True(check.IsSound);
        Assert.Empty(check.Ranges);
    }

    [Fact]
    public void ListsDamageWithItsPlaceAndReason()
    {
        var writer = new KdumpWriter();
        for (ulong pfn = 0; pfn < 2000; pfn++)
        {
            // Two damaged neighbours, and one alone.
            writer.Page(pfn, Pages.Make(pfn), PageCompression.Zlib, stored: pfn is 700 or 701 or 1999 ? [1, 2, 3] : null);
        }

        byte[] dump = writer.ToArray();
        using Vmcore vmcore = _files.Open(dump);
        foreach (int workers in new[] { 1, 2, 7 })
        {
            DumpCheck check = DumpVerifier.Verify(vmcore, null, CancellationToken.None, workers);
            DamagedRange[] expected =
            [
                new(new PhysAddr(700 * 4096), 2, ReadStatus.Corrupt, writer.Places["page 700"]),
                new(new PhysAddr(1999 * 4096), 1, ReadStatus.Corrupt, writer.Places["page 1999"]),
            ];
            Assert.Equal(expected, check.Ranges);
            Assert.Equal((1997ul, 3ul, 0ul), (check.Present, check.Damaged, check.Missing));
            Assert.False(check.IsSound);
        }
    }

    [Fact]
    public void CountsPagesThatTheFileEndsBefore()
    {
        var writer = new KdumpWriter();
        for (ulong pfn = 0; pfn < 100; pfn++)
        {
            writer.Page(pfn, Pages.Make(pfn));
        }

        byte[] dump = writer.ToArray();
        using Vmcore vmcore = _files.Open(dump[..(int)writer.Places["page 60"]]);
        DumpCheck check = DumpVerifier.Verify(vmcore, null, CancellationToken.None);
        Assert.Equal((60ul, 40ul), (check.Present, check.Missing));
        DamagedRange range = Assert.Single(check.Ranges);
        Assert.Equal((60ul * 4096, 40ul, ReadStatus.Truncated), (range.Start.Value, range.Pages, range.Status));
    }

    [Fact]
    public void CountsEachPageOnceWhenRangesShareIt()
    {
        byte[] dump = new ElfVmcoreWriter().Segment(0x1000, Pages.Make(1, 0x1400)).Segment(0x2800, Pages.Make(2, 0x400)).Segment(0x2c00, Pages.Make(3, 0x1400)).ToArray();
        using Vmcore vmcore = _files.Open(dump);
        DumpCheck check = DumpVerifier.Verify(vmcore, null, CancellationToken.None);
        Assert.Equal((3ul, 1ul), (check.Present, check.Partial));
    }

    /// <summary>A header may claim to have lost more pages than could be visited one by one in a lifetime.</summary>
    [Fact]
    public void PassesOverExabytesThatAreLost()
    {
        byte[] dump = new ElfVmcoreWriter().Segment(0x1000, Pages.Make(1)).Segment(0x100000, [], fileBytes: 1ul << 60, memoryBytes: 1ul << 60).ToArray();
        using Vmcore vmcore = _files.Open(dump);
        DumpCheck check = DumpVerifier.Verify(vmcore, null, CancellationToken.None);
        Assert.Equal((1ul, 1ul << 48), (check.Present, check.Missing + (check.Present + check.Zero - 1)));
        Assert.False(check.IsSound);
    }

    [Fact]
    public void StopsWhenItIsCancelled()
    {
        using Vmcore vmcore = _files.Open(new KdumpWriter().Page(1, Pages.Make(1)).ToArray());
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => DumpVerifier.Verify(vmcore, null, cancelled.Token));
    }

    [Fact]
    public void TellsHowFarItIs()
    {
        var writer = new KdumpWriter();
        for (ulong pfn = 0; pfn < 1000; pfn++)
        {
            writer.Zero(pfn);
        }

        using Vmcore vmcore = _files.Open(writer.ToArray());
        var shares = new Shares();
        DumpVerifier.Verify(vmcore, shares, CancellationToken.None);
        Assert.Equal(shares.Seen.Order(), shares.Seen);
        Assert.Equal(1.0, shares.Seen[^1]);
    }

    private sealed class Shares : IProgress<double>
    {
        public List<double> Seen { get; } = [];

        public void Report(double value) => Seen.Add(value);
    }
}
