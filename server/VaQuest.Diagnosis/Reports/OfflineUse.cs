// OfflineUse: an address of the crash in memory that is not online.
using VaQuest.Binary;
using VaQuest.Kernel.Memory.Hotplug;

namespace VaQuest.Diagnosis.Reports;

/// <summary>A register or address and the block that it lies in.</summary>
/// <param name="Name">"rdi", or "the fault address".</param>
/// <param name="Address">The virtual address.</param>
/// <param name="Block">The memory block.</param>
public sealed record OfflineUse(string Name, VirtAddr Address, MemoryBlock Block);
