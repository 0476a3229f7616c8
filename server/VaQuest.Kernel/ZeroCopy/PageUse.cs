// PageUse: a piece of a page that waits somewhere on its way.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.ZeroCopy;

/// <summary>A piece.</summary>
/// <param name="Page">The struct page of the page that holds its first byte.</param>
/// <param name="Frame">Its page frame.</param>
/// <param name="Offset">Of its first byte in that page.</param>
/// <param name="Length">Bytes; may reach over the pages that follow.</param>
/// <param name="Where">"receive queue", "write queue", "retransmit queue", "pipe", "bio", …</param>
/// <param name="Holder">The sk_buff, pipe buffer or bio.</param>
/// <param name="Owner">The struct sock, pipe_inode_info or request that it belongs to.</param>
public sealed record PageUse(VirtAddr Page, Pfn Frame, ulong Offset, ulong Length, string Where, ObjectView Holder, ObjectView Owner)
{
    /// <summary>Pages that it touches.</summary>
    public ulong Pages(ulong pageSize) => Length == 0 ? 1 : unchecked((Offset + Length - 1) / pageSize) + 1;

    /// <summary>True when it touches a page frame.</summary>
    public bool Touches(Pfn frame, ulong pageSize) => unchecked(frame.Value - Frame.Value) < Pages(pageSize);
}
