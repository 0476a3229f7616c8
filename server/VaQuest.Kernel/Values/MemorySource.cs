// MemorySource: an object in the crashed kernel's memory.
using VaQuest.Binary;
using VaQuest.DebugInfo.Dwarf.Expressions;
using VaQuest.Kernel.Memory;

namespace VaQuest.Kernel.Values;

/// <summary>Bytes at a virtual address.</summary>
public sealed class MemorySource(KernelReader reader, VirtAddr address) : ValueSource
{
    public override Absence? Read(long offset, Span<byte> destination)
    {
        ReadOutcome outcome = reader.Read(address + unchecked((ulong)offset), destination);
        return outcome.IsOk ? null : Absence.OfMemory(outcome);
    }

    public override VirtAddr? AddressOf(long offset) => address + unchecked((ulong)offset);
}
