// MemoryOperand: an operand in memory, as an instruction names it.
namespace VaQuest.Kernel.Code;

/// <summary>Base + index * scale + displacement. Registers by DWARF number, -1 for none.</summary>
/// <param name="Base">Base register; -1 also when the displacement is the whole address.</param>
/// <param name="Index">Index register.</param>
/// <param name="Scale">1, 2, 4 or 8.</param>
/// <param name="Displacement">Bytes added; the whole address when there is no base.</param>
/// <param name="Bytes">Size of the access; 0 when the instruction does not tell.</param>
/// <param name="Access">What is done.</param>
public sealed record MemoryOperand(int Base, int Index, int Scale, long Displacement, int Bytes, MemoryAccess Access)
{
    /// <summary>True when the address is relative to the CPU's own data (the gs segment of x86-64).</summary>
    public bool IsPerCpu { get; init; }

    /// <summary>True when the operand is not written in the instruction's text: the stack of a call, the strings of a copy.</summary>
    public bool IsImplicit { get; init; }

    /// <summary>The address from register values; null when one of them is not known.</summary>
    /// <param name="registerOf">Gives a register's value by DWARF number.</param>
    /// <param name="perCpuBase">Where the CPU's own data begins; null when that is not known.</param>
    public ulong? AddressFrom(Func<int, ulong?> registerOf, ulong? perCpuBase)
    {
        ulong address = unchecked((ulong)Displacement);
        if (Base >= 0)
        {
            if (registerOf(Base) is not { } start)
            {
                return null;
            }

            address = unchecked(address + start);
        }

        if (Index >= 0)
        {
            if (registerOf(Index) is not { } index)
            {
                return null;
            }

            address = unchecked(address + (index * (ulong)Scale));
        }

        return IsPerCpu ? perCpuBase is { } own ? unchecked(address + own) : null : address;
    }
}
