// KernelImage: where the kernel's own code and data lie.
namespace VaQuest.Dumps.Writing;

/// <summary>
/// The kernel image as one stretch of virtual and physical addresses. Written as segments of their own, in front of the memory they
/// repeat, as the kernel's /proc/vmcore has them: readers without libkdumpfile find the page tables through them.
/// </summary>
public sealed record KernelImage(ulong VirtualStart, ulong PhysicalStart, ulong Length);
