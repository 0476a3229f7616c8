// PrintkRingEntry: the kernel log of 5.10 and later.
using VaQuest.Binary;
using VaQuest.Dumps.Vmcoreinfo;
using VaQuest.Fuzz.Engine;
using VaQuest.Kernel.Log;
using VaQuest.Kernel.Memory;
using VaQuest.Kernel.Objects;

namespace VaQuest.Fuzz.Entries;

/// <summary>The ring's header, descriptors, infos and text in one stretch of memory.</summary>
internal sealed class PrintkRingEntry() : FuzzEntry("printk-ring")
{
    private const ulong Start = 0xffffffff82000000;
    private const int Descriptors = 0x100;
    private const int Infos = 0x200;
    private const int Data = 0x500;

    private static readonly KernelTypes s_types = new(
        VmcoreinfoTable.Parse(Text(string.Join('\n',
            "OFFSET(printk_ringbuffer.desc_ring)=0", "OFFSET(printk_ringbuffer.text_data_ring)=64", "OFFSET(prb_desc_ring.count_bits)=0",
            "OFFSET(prb_desc_ring.descs)=8", "OFFSET(prb_desc_ring.infos)=16", "OFFSET(prb_desc_ring.head_id)=24", "OFFSET(prb_desc_ring.tail_id)=32",
            "SIZE(prb_desc)=24", "OFFSET(prb_desc.state_var)=0", "OFFSET(prb_desc.text_blk_lpos)=8", "OFFSET(prb_data_blk_lpos.begin)=0",
            "OFFSET(prb_data_blk_lpos.next)=8", "SIZE(printk_info)=88", "OFFSET(printk_info.seq)=0", "OFFSET(printk_info.ts_nsec)=8",
            "OFFSET(printk_info.text_len)=16", "OFFSET(printk_info.caller_id)=20", "OFFSET(prb_data_ring.size_bits)=0", "OFFSET(prb_data_ring.data)=8"))),
        () => null);

    private static readonly PrintkRingLayout s_layout = PrintkRingLayout.Find(s_types)!;

    public override IEnumerable<FuzzSeed> Seeds => [new(Build())];

    public override void Run(byte[] input)
    {
        KernelLog log = PrintkRing.Read(new KernelReader(new FlatMemory(Start, input)), s_layout, new VirtAddr(Start));
        Require(log.Records.Count <= 1 << 24 && log.Warnings.Count < 1000, "records and complaints are bounded");
    }

    private static byte[] Build()
    {
        byte[] bytes = new byte[Data + 256];
        void Put(int at, ulong value) => BitConverter.TryWriteBytes(bytes.AsSpan(at), value);
        Put(0, 3);
        Put(8, Start + Descriptors);
        Put(16, Start + Infos);
        Put(24, 8);
        Put(32, 6);
        Put(64, 8);
        Put(72, Start + Data);
        foreach ((ulong id, ulong begin, string text) in new[] { (6UL, 0x100UL, "one"), (7UL, 0x120UL, "two, and longer"), (8UL, 0x1f0UL, "wrapped") })
        {
            int slot = (int)(id % 8);
            Put(Descriptors + (slot * 24), (2UL << 62) | id);
            Put(Descriptors + (slot * 24) + 8, begin);
            Put(Descriptors + (slot * 24) + 16, begin == 0x1f0 ? 0x218 : begin + 8 + (((ulong)text.Length + 7) / 8 * 8));
            Put(Infos + (slot * 88), 100 + id);
            Put(Infos + (slot * 88) + 16, (ulong)text.Length);
            Text(text).CopyTo(bytes, Data + 8 + (begin == 0x1f0 ? 0 : (int)(begin % 256)));
        }

        return bytes;
    }
}
