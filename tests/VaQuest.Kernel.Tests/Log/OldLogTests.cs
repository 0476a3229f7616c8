// OldLogTests: the record buffer of 3.5 to 5.9 and the character ring before it.
using System.Buffers.Binary;
using System.Text;
using VaQuest.Binary;
using VaQuest.Kernel.Log;
using Xunit;

namespace VaQuest.Kernel.Tests.Log;

public sealed class OldLogTests
{
    private const ulong Buffer = 0x10000;
    private const int Size = 256;

    private static readonly RecordLogLayout s_layout = new(16, 0, 8, 10, 14, 15, null);

    private readonly FakeKernelMemory _memory = new();
    private readonly byte[] _buffer = new byte[Size];

    [Fact]
    public void ReadsRecordsAndWrapsAtAZeroLength()
    {
        int first = Put(200, "first", 1_000_000_000);
        Assert.Equal(224, first);
        int next = Put(0, "second", 2_000_000_000);

        KernelLog log = ReadRecords(200, (uint)next);

        Assert.Equal("[    1.000000] first\n[    2.000000] second\n", log.Text);
        Assert.Empty(log.Warnings);
    }

    [Fact]
    public void JoinsContinuedRecords()
    {
        int at = Put(0, "loading", 0, flags: 8);
        at = Put(at, " done", 0, flags: 8 | 2);

        Assert.Equal("[    0.000000] loading done\n", ReadRecords(0, (uint)at).Text);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(60000)]
    public void StopsAtADamagedLength(int length)
    {
        int at = Put(0, "good", 0);
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer.AsSpan(at + 8), (ushort)length);

        KernelLog log = ReadRecords(0, 200);

        Assert.Equal("good", Assert.Single(log.Records).Text);
        Assert.Contains("damaged", Assert.Single(log.Warnings));
    }

    [Fact]
    public void EndsWhenNothingLeadsToTheEnd()
    {
        int at = Put(16, "a", 0);

        KernelLog log = ReadRecords(16, 8);

        Assert.InRange(log.Records.Count, 1, Size);
        Assert.NotEmpty(log.Warnings);
        Assert.NotEqual(0, at);
    }

    [Fact]
    public void ReadsTheCharacterRing()
    {
        byte[] ring = new byte[64];
        byte[] text = Encoding.ASCII.GetBytes("<6>[    0.1] hello\n<4>world\n");
        for (int i = 0; i < text.Length; i++)
        {
            ring[(50 + i) % 64] = text[i];
        }

        _memory.Write(Buffer, ring);

        KernelLog log = CharacterLog.Read(_memory.Reader, new VirtAddr(Buffer), 64, (uint)(50 + text.Length), (uint)text.Length);

        Assert.Equal("[    0.1] hello\nworld\n", log.Text);
        Assert.Equal([6, 4], log.Records.Select(record => record.Level));
    }

    [Fact]
    public void RejectsACharacterRingOfOddSize() =>
        Assert.Contains("damaged", CharacterLog.Read(_memory.Reader, new VirtAddr(Buffer), 100, 0, 0).Missing);

    [Fact]
    public void TakesMemoryForTheCharactersThatAreThere()
    {
        _memory.Write(Buffer, Encoding.ASCII.GetBytes("<6>all that is left\n"));
        long before = GC.GetAllocatedBytesForCurrentThread();

        KernelLog log = CharacterLog.Read(_memory.Reader, new VirtAddr(Buffer), 1u << 27, 1u << 27, 1u << 27);

        Assert.Equal("all that is left", log.Records[0].Text);
        Assert.Contains("lost", Assert.Single(log.Warnings));
        // The claimed buffer has 128 MiB.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 24);
    }

    private KernelLog ReadRecords(uint first, uint next)
    {
        _memory.Write(Buffer, _buffer);
        return RecordLog.Read(_memory.Reader, s_layout, new VirtAddr(Buffer), Size, first, next);
    }

    private int Put(int at, string text, ulong time, int flags = 2, int level = 6)
    {
        int length = (16 + text.Length + 7) / 8 * 8;
        Span<byte> record = _buffer.AsSpan(at, length);
        BinaryPrimitives.WriteUInt64LittleEndian(record, time);
        BinaryPrimitives.WriteUInt16LittleEndian(record[8..], (ushort)length);
        BinaryPrimitives.WriteUInt16LittleEndian(record[10..], (ushort)text.Length);
        record[15] = (byte)(flags | (level << 5));
        Encoding.ASCII.GetBytes(text).CopyTo(record[16..]);
        return at + length;
    }
}
