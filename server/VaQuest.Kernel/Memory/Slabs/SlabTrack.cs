// SlabTrack: who allocated or freed a slab object.
using VaQuest.Binary;

namespace VaQuest.Kernel.Memory.Slabs;

/// <summary>A struct track of mm/slub.c (SLAB_STORE_USER).</summary>
/// <param name="IsFree">True for who freed it last, false for who allocated it last.</param>
/// <param name="Caller">Where the allocator was called.</param>
/// <param name="Pid">The thread.</param>
/// <param name="Cpu">The CPU.</param>
/// <param name="Jiffies">When, in jiffies.</param>
/// <param name="Frames">The stack, innermost first; empty when the kernel kept none or it cannot be read.</param>
public sealed record SlabTrack(bool IsFree, VirtAddr Caller, int Pid, int Cpu, ulong Jiffies, IReadOnlyList<VirtAddr> Frames);
