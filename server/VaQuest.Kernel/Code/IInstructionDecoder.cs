// IInstructionDecoder: turns an architecture's machine code into instructions.
using VaQuest.Binary;

namespace VaQuest.Kernel.Code;

/// <summary>A decoder. Safe for concurrent use; never throws on data.</summary>
public interface IInstructionDecoder
{
    /// <summary>Bytes of the longest instruction.</summary>
    int MaxLength { get; }

    /// <summary>The instruction at the start of some bytes; null when they are none, or cut.</summary>
    MachineInstruction? Decode(VirtAddr address, ReadOnlySpan<byte> code);

    /// <summary>The instruction as objdump writes it; null when the bytes are none.</summary>
    string? Format(VirtAddr address, ReadOnlySpan<byte> code);

    /// <summary>The name of a register by its DWARF number.</summary>
    string NameOf(int register);

    /// <summary>The register that passes an integer argument, counted from 0; -1 when it is passed on the stack.</summary>
    int ArgumentRegister(int index);

    /// <summary>The register that returns a value.</summary>
    int ReturnRegister { get; }

    /// <summary>The stack pointer's DWARF number.</summary>
    int StackRegister { get; }

    /// <summary>True when a function must give the register back as it found it.</summary>
    bool IsKeptByCalls(int register);
}
