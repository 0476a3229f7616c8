// PerCpuSource: a per-CPU variable before a CPU was chosen.
using VaQuest.Binary;
using VaQuest.DebugInfo.Dwarf.Expressions;
using VaQuest.Kernel.Values;

namespace VaQuest.Diagnosis.Values.Expressions;

/// <summary>Has an address that is only an offset, and no bytes.</summary>
internal sealed class PerCpuSource(VirtAddr offset) : ValueSource
{
    public override Absence? Read(long byteOffset, Span<byte> destination) =>
        Absence.Unknown("a per-CPU variable: write per_cpu(variable, N) or this_cpu(variable)");

    public override VirtAddr? AddressOf(long byteOffset) => offset + unchecked((ulong)byteOffset);
}
