// LinearRange: virtual addresses that map physical memory from 0 on, in order.
using VaQuest.Binary;

namespace VaQuest.Kernel.Memory;

/// <summary>A linear mapping such as the direct map.</summary>
/// <param name="Start">Virtual address of physical address 0.</param>
/// <param name="Bytes">Its length.</param>
public sealed record LinearRange(VirtAddr Start, ulong Bytes);
