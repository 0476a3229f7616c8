// PrintkRingLayout: offsets inside the lockless printk ring's structures.
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Log;

/// <summary>Byte offsets and sizes of struct printk_ringbuffer and what it points to (kernel/printk/printk_ringbuffer.h).</summary>
internal sealed record PrintkRingLayout
{
    public required ulong DescRing { get; init; }

    public required ulong TextDataRing { get; init; }

    public required ulong RingCountBits { get; init; }

    public required ulong RingDescs { get; init; }

    public required ulong RingInfos { get; init; }

    public required ulong RingHeadId { get; init; }

    public required ulong RingTailId { get; init; }

    public required ulong DescSize { get; init; }

    public required ulong DescState { get; init; }

    public required ulong DescBegin { get; init; }

    public required ulong DescNext { get; init; }

    public required ulong InfoSize { get; init; }

    public required ulong InfoSeq { get; init; }

    public required ulong InfoTime { get; init; }

    public required ulong InfoTextLength { get; init; }

    public required ulong InfoFacility { get; init; }

    /// <summary>Offset of the byte that holds flags in its low 5 and the level in its top 3 bits.</summary>
    public required ulong InfoFlags { get; init; }

    public ulong? InfoCaller { get; init; }

    public required ulong DataSizeBits { get; init; }

    public required ulong DataData { get; init; }

    /// <summary>Looks all of it up, in VMCOREINFO first; null when something is nowhere.</summary>
    public static PrintkRingLayout? Find(KernelTypes types)
    {
        ulong? textLength = types.FindOffset("printk_info", "text_len");
        ulong?[] all =
        [
            types.FindOffset("printk_ringbuffer", "desc_ring"),
            types.FindOffset("printk_ringbuffer", "text_data_ring"),
            types.FindOffset("prb_desc_ring", "count_bits"),
            types.FindOffset("prb_desc_ring", "descs"),
            types.FindOffset("prb_desc_ring", "infos"),
            types.FindOffset("prb_desc_ring", "head_id"),
            types.FindOffset("prb_desc_ring", "tail_id"),
            (ulong?)types.FindSize("prb_desc"),
            types.FindOffset("prb_desc", "state_var"),
            types.FindOffset("prb_desc", "text_blk_lpos"),
            types.FindOffset("prb_data_blk_lpos", "begin"),
            types.FindOffset("prb_data_blk_lpos", "next"),
            (ulong?)types.FindSize("printk_info"),
            types.FindOffset("printk_info", "seq"),
            types.FindOffset("printk_info", "ts_nsec"),
            textLength,
            types.FindOffset("prb_data_ring", "size_bits"),
            types.FindOffset("prb_data_ring", "data"),
        ];
        if (Array.Exists(all, offset => offset is null))
        {
            return null;
        }

        ulong[] at = Array.ConvertAll(all, offset => offset!.Value);
        return new PrintkRingLayout
        {
            DescRing = at[0], TextDataRing = at[1], RingCountBits = at[2], RingDescs = at[3], RingInfos = at[4], RingHeadId = at[5],
            RingTailId = at[6], DescSize = at[7], DescState = at[8], DescBegin = at[9] + at[10], DescNext = at[9] + at[11],
            InfoSize = at[12], InfoSeq = at[13], InfoTime = at[14], InfoTextLength = at[15],

            // VMCOREINFO names neither of these: facility and the flags byte follow text_len directly in every release.
            InfoFacility = at[15] + 2,
            InfoFlags = at[15] + 3,
            InfoCaller = types.FindOffset("printk_info", "caller_id"),
            DataSizeBits = at[16], DataData = at[17],
        };
    }
}
