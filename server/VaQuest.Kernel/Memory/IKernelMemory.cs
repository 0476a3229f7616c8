// IKernelMemory: the crashed kernel's virtual memory.
using VaQuest.Binary;

namespace VaQuest.Kernel.Memory;

/// <summary>Reads through the kernel's page tables. Safe for concurrent readers.</summary>
public interface IKernelMemory
{
    /// <summary>Fills <paramref name="destination"/>; never throws on data. The outcome's fault address is virtual.</summary>
    ReadOutcome Read(VirtAddr address, Span<byte> destination);

    /// <summary>The physical address behind a kernel virtual one, or null with the reason.</summary>
    PhysAddr? Translate(VirtAddr address, out ReadStatus status);
}
