// RegisterEffect: a register that an instruction writes, and how.
namespace VaQuest.Kernel.Code;

/// <summary>One written register.</summary>
/// <param name="Register">DWARF number.</param>
/// <param name="Kind">How its value is made; tells which other members are set.</param>
public sealed record RegisterEffect(int Register, EffectKind Kind)
{
    /// <summary>Of a copy: where from.</summary>
    public int Source { get; init; } = -1;

    /// <summary>Bytes that are copied or loaded, the rest being zero or the sign.</summary>
    public int Bytes { get; init; } = 8;

    public bool IsSigned { get; init; }

    /// <summary>The constant, or what is added.</summary>
    public long Constant { get; init; }

    /// <summary>Of loads and addresses.</summary>
    public MemoryOperand? Memory { get; init; }
}
