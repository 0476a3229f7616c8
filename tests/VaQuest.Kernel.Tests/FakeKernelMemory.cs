// FakeKernelMemory: virtual memory for tests, over the same sparse pages.
using VaQuest.Binary;
using VaQuest.Kernel.Memory;

namespace VaQuest.Kernel.Tests;

/// <summary>Every virtual address maps to the physical one of the same number.</summary>
internal sealed class FakeKernelMemory : IKernelMemory
{
    public FakePhysicalMemory Pages { get; } = new();

    public KernelReader Reader => new(this);

    public void WriteUInt64(ulong address, ulong value) => Pages.WriteUInt64(address, value);

    public void Write(ulong address, ReadOnlySpan<byte> bytes) => Pages.Write(address, bytes);

    public ReadOutcome Read(VirtAddr address, Span<byte> destination) => Pages.Read(new PhysAddr(address.Value), destination);

    public PhysAddr? Translate(VirtAddr address, out ReadStatus status)
    {
        status = ReadStatus.Ok;
        return new PhysAddr(address.Value);
    }
}
