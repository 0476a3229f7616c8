// FaultAccess: the access of the faulting instruction that failed.
using VaQuest.Binary;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Code;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>An operand with its address, and the register whose value makes it bad.</summary>
/// <param name="Operand">The operand.</param>
/// <param name="Address">Its address from the saved registers; null when one of them is not known.</param>
/// <param name="Register">The register that holds the bad value, by DWARF number; -1 when the address is in the instruction itself.</param>
/// <param name="Value">Its value; null when it is not known.</param>
internal sealed record FaultAccess(MemoryOperand Operand, ulong? Address, int Register, ulong? Value)
{
    /// <summary>Additions in a row that a pointer is taken apart into.</summary>
    private const int MaxParts = 4;

    /// <summary>The instruction before which the register holds the value: the faulting one, or the one that added an index to it.</summary>
    public int Index { get; init; }

    /// <summary>Numbers from here on are no array indexes.</summary>
    private const ulong LargestIndex = 1UL << 32;

    /// <summary>"read", "write", "read and write".</summary>
    public string Verb => Operand.Access switch
    {
        MemoryAccess.Write => "write",
        MemoryAccess.ReadWrite => "read and write",
        _ => "read",
    };

    /// <summary>The access that failed, or null when the instruction touches no memory.</summary>
    /// <param name="code">The frame that the exception stopped.</param>
    /// <param name="record">What the log tells.</param>
    /// <param name="perCpuBase">Where the CPU's own data begins, or null.</param>
    public static FaultAccess? Find(FrameCode code, PanicRecord record, ulong? perCpuBase)
    {
        FaultAccess? best = null;
        foreach (MemoryOperand operand in code.Instruction.Memory)
        {
            FaultAccess access = Of(code, operand, perCpuBase);
            bool isBetter = best is null || (Fits(access, record) && !Fits(best, record));
            best = isBetter ? access : best;
        }

        return best;
    }

    private static FaultAccess Of(FrameCode code, MemoryOperand operand, ulong? perCpuBase)
    {
        ulong? address = code.Known.FindAddress(code.Index, operand, perCpuBase);
        (MemoryOperand parts, int at) = TakeApart(code, operand);
        ulong? start = parts.Base >= 0 ? code.Known.Find(at, parts.Base) : null;
        ulong? index = parts.Index >= 0 ? code.Known.Find(at, parts.Index) : null;

        return IsIndexBad(parts, start, index)
            ? new FaultAccess(parts, address, parts.Index, index) { Index = at }
            : new FaultAccess(parts, address, parts.Base, start) { Index = at };
    }

    // pointer + index that an earlier instruction added up is what the source says: the pointer alone is to be explained.
    private static (MemoryOperand Operand, int Index) TakeApart(FrameCode code, MemoryOperand operand)
    {
        int at = code.Index;
        for (int i = 0; i < MaxParts && operand is { Base: >= 0, Index: < 0, IsPerCpu: false }; i++)
        {
            if (code.Flow.FindOnly(at, operand.Base) is not { Effect: { Kind: EffectKind.Address, Memory: { Index: >= 0, IsPerCpu: false } sum } } definition)
            {
                break;
            }

            operand = operand with { Base = sum.Base, Index = sum.Index, Scale = sum.Scale, Displacement = unchecked(operand.Displacement + sum.Displacement) };
            at = definition.Index;
        }

        return (operand, at);
    }

    // Compilers swap base and index where the scale is 1: then the one that looks like a pointer is the pointer.
    private static bool IsIndexBad(MemoryOperand operand, ulong? start, ulong? index)
    {
        if (operand.Index < 0 || operand.Base < 0)
        {
            return operand.Index >= 0;
        }

        bool isFar = index is >= LargestIndex and <= ulong.MaxValue - LargestIndex;
        return IsKernelPointer(start) ? isFar : operand.Scale == 1 && start < LargestIndex && isFar;
    }

    private static bool IsKernelPointer(ulong? value) => value is >= 0xff00_0000_0000_0000 and < 0xffff_ffff_ffff_f000;

    private static bool Fits(FaultAccess access, PanicRecord record) =>
        record.FaultAddress is { } fault && access.Address is { } address && unchecked(fault.Value - address) < (ulong)Math.Max(access.Operand.Bytes, 1);

    /// <summary>The conclusion whether the registers, the instruction and the log agree; null when the log names no address.</summary>
    public Conclusion? CompareWith(PanicRecord record)
    {
        if (record.FaultAddress is not { } fault)
        {
            return null;
        }

        if (Address is not { } address)
        {
            return new Conclusion(Certainty.CannotTell, $"whether the instruction's address is the log's {Words.Hex(fault.Value)}: a register of it is not known");
        }

        bool isSame = unchecked(fault.Value - address) < (ulong)Math.Max(Operand.Bytes, 1);
        bool isSameAccess = record.Access is not ("write" or "read") || (record.Access == "write") == ((Operand.Access & MemoryAccess.Write) != 0)
            || Operand.Access == MemoryAccess.ReadWrite;
        string how = record.Access is { } said ? $" and its error code ({DumpText.Escape(said)})" : "";
        return isSame && isSameAccess
            ? new Conclusion(Certainty.Shown, $"the registers and the instruction give the address {Words.Hex(address)}, as the log{how} says") { Address = new VirtAddr(address) }
            : new Conclusion(
                Certainty.Contradicts,
                isSame ? $"the instruction is a {Verb}, but the log says {DumpText.Escape(record.Access!)}"
                    : $"the registers and the instruction give the address {Words.Hex(address)}, but the log says {Words.Hex(fault.Value)}")
            { Address = new VirtAddr(address) };
    }
}
