// MachineInstruction: one decoded instruction, as far as explanations need it.
using VaQuest.Binary;

namespace VaQuest.Kernel.Code;

/// <summary>An instruction. Registers are numbered as in DWARF. Immutable.</summary>
public sealed record MachineInstruction
{
    public required VirtAddr Address { get; init; }

    /// <summary>Bytes of its code.</summary>
    public required int Length { get; init; }

    /// <summary>The operation alone, in lower case: "mov", "div".</summary>
    public required string Operation { get; init; }

    public required CodeFlow Flow { get; init; }

    /// <summary>Of direct jumps and calls: where to.</summary>
    public VirtAddr? Target { get; init; }

    /// <summary>Of jumps and calls through a register: which; else -1.</summary>
    public int TargetRegister { get; init; } = -1;

    /// <summary>Operands in memory that are read or written, those in its text first.</summary>
    public IReadOnlyList<MemoryOperand> Memory { get; init; } = [];

    public IReadOnlyList<RegisterEffect> Effects { get; init; } = [];

    /// <summary>What is stored where, when that is one register or constant.</summary>
    public MemoryStore? Store { get; init; }

    /// <summary>Of a division: its divisor in a register, or -1.</summary>
    public int DivisorRegister { get; init; } = -1;

    /// <summary>Bytes that the instruction adds to the stack pointer; null when it sets it in another way.</summary>
    public long? StackDelta { get; init; } = 0;

    public VirtAddr End => Address + (ulong)Length;

    /// <summary>How the instruction makes the value of a register; null when it leaves it alone.</summary>
    public RegisterEffect? EffectOn(int register)
    {
        foreach (RegisterEffect effect in Effects)
        {
            if (effect.Register == register)
            {
                return effect;
            }
        }

        return null;
    }
}
