// FlatMemory: an input as a stretch of the crashed machine's virtual memory.
using VaQuest.Binary;
using VaQuest.Kernel.Memory;

namespace VaQuest.Fuzz.Entries;

/// <summary>Bytes from an address on; everything else is not mapped.</summary>
internal sealed class FlatMemory(ulong start, byte[] bytes) : IKernelMemory
{
    public bool Read(ulong address, Span<byte> destination) => Read(new VirtAddr(address), destination).IsOk;

    public ReadOutcome Read(VirtAddr address, Span<byte> destination)
    {
        ulong offset = unchecked(address.Value - start);
        int count = offset >= (ulong)bytes.Length ? 0 : (int)Math.Min((ulong)destination.Length, (ulong)bytes.Length - offset);
        bytes.AsSpan(count == 0 ? 0 : (int)offset, count).CopyTo(destination);
        destination[count..].Clear();
        return count == destination.Length ? ReadOutcome.Success(count) : new ReadOutcome(ReadStatus.Unmapped, count, unchecked(address.Value + (ulong)count));
    }

    public PhysAddr? Translate(VirtAddr address, out ReadStatus status)
    {
        status = unchecked(address.Value - start) < (ulong)bytes.Length ? ReadStatus.Ok : ReadStatus.Unmapped;
        return status == ReadStatus.Ok ? new PhysAddr(unchecked(address.Value - start)) : null;
    }
}
