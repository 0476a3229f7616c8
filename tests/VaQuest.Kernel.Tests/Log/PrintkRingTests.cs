// PrintkRingTests: the lockless ring, whole, wrapped and damaged.
using System.Text;
using VaQuest.Binary;
using VaQuest.Dumps.Vmcoreinfo;
using VaQuest.Kernel.Log;
using VaQuest.Kernel.Objects;
using Xunit;

namespace VaQuest.Kernel.Tests.Log;

public sealed class PrintkRingTests
{
    private const ulong Ring = 0x10000;
    private const ulong Descriptors = 0x20000;
    private const ulong Infos = 0x30000;
    private const ulong Data = 0x40000;
    private const int CountBits = 3;
    private const int SizeBits = 8;

    private readonly FakeKernelMemory _memory = new();

    [Fact]
    public void ReadsFinalizedAndCommittedRecordsInOrder()
    {
        WriteHeader(tail: 6, head: 8);
        WriteRecord(6, 2, 0x100, "one", level: 4, time: 5_000_000);
        WriteRecord(7, 1, 0x120, "two");
        WriteRecord(8, 0, 0x140, "being written");

        KernelLog log = Read();

        Assert.Equal(["one", "two"], log.Records.Select(record => record.Text));
        Assert.Equal((4, 5_000_000UL, 106UL, 77U), (log.Records[0].Level, log.Records[0].TimestampNanoseconds, log.Records[0].Sequence, log.Records[0].CallerId!.Value));
        Assert.Empty(log.Warnings);
    }

    [Fact]
    public void ReadsTextThatWrappedToTheStart()
    {
        WriteHeader(tail: 0, head: 0);
        WriteRecord(0, 2, 0x1f0, "at the start", next: 0x200 + 24, textAt: Data);

        Assert.Equal("at the start", Assert.Single(Read().Records).Text);
    }

    [Fact]
    public void ReadsRecordsWithoutText()
    {
        WriteHeader(tail: 0, head: 0);
        WriteRecord(0, 2, 1, "", next: 1);

        Assert.Equal("", Assert.Single(Read().Records).Text);
    }

    [Fact]
    public void SkipsSlotsOfOtherRecords()
    {
        WriteHeader(tail: 0, head: 1);
        WriteRecord(0, 2, 0, "mine");
        WriteRecord(9, 2, 0x20, "another generation");

        Assert.Equal(["mine"], Read().Records.Select(record => record.Text));
    }

    [Fact]
    public void SkipsDamagedTextBlocksWithAWarning()
    {
        WriteHeader(tail: 0, head: 1);
        WriteRecord(0, 2, 0x10, "lost", next: 0x12);
        WriteRecord(1, 2, 0x20, "kept");

        KernelLog log = Read();

        Assert.Equal(["kept"], log.Records.Select(record => record.Text));
        Assert.Contains("0x0", Assert.Single(log.Warnings));
    }

    [Fact]
    public void CutsTextAtItsBlock()
    {
        WriteHeader(tail: 0, head: 0);
        WriteRecord(0, 2, 0x10, "abcdefgh", next: 0x10 + 8 + 4);

        Assert.Equal("abcd", Assert.Single(Read().Records).Text);
    }

    [Fact]
    public void TriesAllSlotsWhenHeadAndTailContradict()
    {
        WriteHeader(tail: 5000, head: 7);
        WriteRecord(7, 2, 0x10, "newest");

        KernelLog log = Read();

        Assert.Equal("newest", Assert.Single(log.Records).Text);
        Assert.NotEmpty(log.Warnings);
    }

    [Theory]
    [InlineData(60u, 8u)]
    [InlineData(3u, 40u)]
    [InlineData(0u, 8u)]
    public void RejectsHeadersOutOfRange(uint countBits, uint sizeBits)
    {
        WriteHeader(0, 0, countBits, sizeBits);

        Assert.Contains("damaged", Read().Missing);
    }

    [Fact]
    public void SaysThatTheRingIsNotThere() => Assert.Contains("not in the dump", Read().Missing);

    [Fact]
    public void CountsTheRecordsOfMissingPagesWithoutTryingEach()
    {
        const uint ClaimedBits = 24;
        const ulong Claimed = 1UL << (int)ClaimedBits;
        WriteHeader(tail: 0, head: Claimed - 1, countBits: ClaimedBits);
        WriteRecord(3, 2, 0x10, "still there");
        long before = GC.GetAllocatedBytesForCurrentThread();

        KernelLog log = Read();

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal("still there", Assert.Single(log.Records).Text);
        // Each of the 2^24 lost records once cost a sentence: 3.7 GB.
        Assert.InRange(allocated, 0, 1 << 27);
        Assert.Contains(log.Warnings, warning => warning.Contains("its descriptor is not in the dump", StringComparison.Ordinal));
        string more = Assert.Single(log.Warnings, warning => warning.Contains(" more log records", StringComparison.Ordinal));
        // The fake memory has a few pages of 4 KiB among them.
        Assert.InRange(long.Parse(more.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture), (long)Claimed - 1000, (long)Claimed - 8);
    }

    /// <summary>Blocks of a sound ring do not overlap: a damaged one must not make gigabytes of text of the same few pages.</summary>
    [Fact]
    public void ReadsNoMoreTextThanTheMemoryThatHoldsIt()
    {
        const int Records = 64;
        const ulong TextBytes = 65_000;
        WriteHeader(Records, (2 * Records) - 1, countBits: 6, sizeBits: 16);
        _memory.Write(Data, Enumerable.Repeat((byte)'x', 1 << 16).ToArray());
        for (ulong slot = 0; slot < Records; slot++)
        {
            _memory.WriteUInt64(Descriptors + (slot * 24), (2UL << 62) | (Records + slot));
            _memory.WriteUInt64(Descriptors + (slot * 24) + 8, 0x10000);
            _memory.WriteUInt64(Descriptors + (slot * 24) + 16, 0x10000 + TextBytes + 8);
            _memory.Write(Infos + (slot * 88), new byte[88]);
            _memory.WriteUInt64(Infos + (slot * 88) + 16, TextBytes);
        }

        KernelLog log = Read();
        Assert.InRange(log.Records.Count, 1, 20);
        Assert.All(log.Records, record => Assert.Equal((int)TextBytes, record.Text.Length));
        Assert.Contains(log.Warnings, warning => warning.Contains("more text than the memory that holds it", StringComparison.Ordinal));
    }

    private static KernelTypes Types() => new(
        VmcoreinfoTable.Parse(Encoding.ASCII.GetBytes(string.Join('\n',
            "OFFSET(printk_ringbuffer.desc_ring)=0", "OFFSET(printk_ringbuffer.text_data_ring)=64", "OFFSET(prb_desc_ring.count_bits)=0",
            "OFFSET(prb_desc_ring.descs)=8", "OFFSET(prb_desc_ring.infos)=16", "OFFSET(prb_desc_ring.head_id)=24",
            "OFFSET(prb_desc_ring.tail_id)=32", "SIZE(prb_desc)=24", "OFFSET(prb_desc.state_var)=0", "OFFSET(prb_desc.text_blk_lpos)=8",
            "OFFSET(prb_data_blk_lpos.begin)=0", "OFFSET(prb_data_blk_lpos.next)=8", "SIZE(printk_info)=88", "OFFSET(printk_info.seq)=0",
            "OFFSET(printk_info.ts_nsec)=8", "OFFSET(printk_info.text_len)=16", "OFFSET(printk_info.caller_id)=20",
            "OFFSET(prb_data_ring.size_bits)=0", "OFFSET(prb_data_ring.data)=8"))),
        () => null);

    private KernelLog Read() => PrintkRing.Read(_memory.Reader, PrintkRingLayout.Find(Types())!, new VirtAddr(Ring));

    private void WriteHeader(ulong tail, ulong head, uint countBits = CountBits, uint sizeBits = SizeBits)
    {
        _memory.WriteUInt64(Ring, countBits);
        _memory.WriteUInt64(Ring + 8, Descriptors);
        _memory.WriteUInt64(Ring + 16, Infos);
        _memory.WriteUInt64(Ring + 24, head);
        _memory.WriteUInt64(Ring + 32, tail);
        _memory.WriteUInt64(Ring + 64, sizeBits);
        _memory.WriteUInt64(Ring + 72, Data);
        _memory.Write(Descriptors, new byte[8 * 24]);
        _memory.Write(Infos, new byte[8 * 88]);
        _memory.Write(Data, new byte[256]);
    }

    private void WriteRecord(
        ulong id, ulong state, ulong begin, string text, int level = 6, ulong time = 0, ulong? next = null, ulong? textAt = null)
    {
        ulong slot = id % 8;
        _memory.WriteUInt64(Descriptors + (slot * 24), (state << 62) | id);
        _memory.WriteUInt64(Descriptors + (slot * 24) + 8, begin);
        _memory.WriteUInt64(Descriptors + (slot * 24) + 16, next ?? (begin + 8 + (ulong)((text.Length + 7) / 8 * 8)));
        _memory.WriteUInt64(Infos + (slot * 88), 100 + id);
        _memory.WriteUInt64(Infos + (slot * 88) + 8, time);
        _memory.WriteUInt64(Infos + (slot * 88) + 16, (ulong)(uint)text.Length | ((ulong)(uint)level << 29) | (77UL << 32));
        _memory.Write((textAt ?? (Data + (begin % 256))) + 8, Encoding.ASCII.GetBytes(text));
    }
}
