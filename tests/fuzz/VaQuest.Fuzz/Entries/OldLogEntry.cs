// OldLogEntry: the kernel log before 5.10: records, and before them characters.
using VaQuest.Binary;
using VaQuest.Dumps.Vmcoreinfo;
using VaQuest.Fuzz.Engine;
using VaQuest.Kernel.Log;
using VaQuest.Kernel.Memory;
using VaQuest.Kernel.Objects;

namespace VaQuest.Fuzz.Entries;

/// <summary>The first 12 bytes are the numbers that the kernel keeps in variables: length, first and next index; the rest is the buffer.</summary>
internal sealed class OldLogEntry() : FuzzEntry("printk-old")
{
    private const ulong Start = 0xffffffff82000000;
    private const int HeadBytes = 12;

    private static readonly RecordLogLayout s_layout = RecordLogLayout.Find(new KernelTypes(
        VmcoreinfoTable.Parse(Text(string.Join('\n',
            "SIZE(printk_log)=16", "OFFSET(printk_log.ts_nsec)=0", "OFFSET(printk_log.len)=8", "OFFSET(printk_log.text_len)=10", "OFFSET(printk_log.dict_len)=12"))),
        () => null))!;

    public override IEnumerable<FuzzSeed> Seeds => [new(Build())];

    public override void Run(byte[] input)
    {
        if (input.Length < HeadBytes)
        {
            return;
        }

        var reader = new KernelReader(new FlatMemory(Start, input[HeadBytes..]));
        uint length = BitConverter.ToUInt32(input);
        uint first = BitConverter.ToUInt32(input, 4);
        uint next = BitConverter.ToUInt32(input, 8);
        KernelLog records = RecordLog.Read(reader, s_layout, new VirtAddr(Start), length, first, next);
        KernelLog characters = CharacterLog.Read(reader, new VirtAddr(Start), length, first, next);
        Require(records.Warnings.Count < 1000 && characters.Warnings.Count < 1000, "complaints are bounded");
    }

    private static byte[] Build()
    {
        byte[] bytes = new byte[HeadBytes + 256];
        BitConverter.TryWriteBytes(bytes, 256u);
        int at = HeadBytes;
        foreach (string text in new[] { "first", "second line", "<6>[    1.0] third\n" })
        {
            int size = (16 + text.Length + 7) / 8 * 8;
            BitConverter.TryWriteBytes(bytes.AsSpan(at), 1_000_000ul);
            BitConverter.TryWriteBytes(bytes.AsSpan(at + 8), (ushort)size);
            BitConverter.TryWriteBytes(bytes.AsSpan(at + 10), (ushort)text.Length);
            Text(text).CopyTo(bytes, at + 16);
            at += size;
        }

        BitConverter.TryWriteBytes(bytes.AsSpan(8), (uint)(at - HeadBytes));
        return bytes;
    }
}
