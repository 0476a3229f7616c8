// FaultInstruction: the instruction that crashed, and what it touched.
using VaQuest.Binary;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>Decoded from the dump's own bytes.</summary>
/// <param name="Address">Where it is.</param>
/// <param name="Text">As objdump writes it.</param>
public sealed record FaultInstruction(VirtAddr Address, string Text)
{
    /// <summary>The address of its operand from the saved registers; null when it has none or a register is not known.</summary>
    public VirtAddr? Accessed { get; init; }

    /// <summary>"read", "write", "read and write", "execute"; null when it touches no memory.</summary>
    public string? Access { get; init; }

    /// <summary>Bytes of the access, or 0.</summary>
    public int Bytes { get; init; }
}
