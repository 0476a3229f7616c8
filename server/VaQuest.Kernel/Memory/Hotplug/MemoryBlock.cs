// MemoryBlock: a part of physical memory that can be taken offline as one.
using VaQuest.Binary;

namespace VaQuest.Kernel.Memory.Hotplug;

/// <summary>A memory block (struct memory_block, include/linux/memory.h): /sys/devices/system/memory/memoryN.</summary>
/// <param name="Number">N of memoryN.</param>
/// <param name="Start">Its first physical address.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="State">online, offline, going offline, going online, offlining cancelled, …</param>
/// <param name="Node">Its memory node, or null.</param>
/// <param name="Address">Address of its memory_block; null when only its sections tell of it.</param>
public sealed record MemoryBlock(ulong Number, PhysAddr Start, ulong Bytes, string State, int? Node, VirtAddr? Address)
{
    public const string Online = "online";

    public bool IsOnline => State == Online;

    public bool Contains(PhysAddr address) => address - Start < Bytes;
}
