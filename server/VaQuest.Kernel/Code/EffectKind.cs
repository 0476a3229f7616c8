// EffectKind: how an instruction makes the new value of a register.
namespace VaQuest.Kernel.Code;

/// <summary>The ways that values are followed through.</summary>
public enum EffectKind
{
    /// <summary>In a way that is not followed.</summary>
    Other,

    /// <summary>It is another register's value, all of it or its low bytes.</summary>
    Copy,

    Constant,

    /// <summary>It comes from memory.</summary>
    Load,

    /// <summary>It is the address of an operand.</summary>
    Address,

    /// <summary>A constant was added to the register itself.</summary>
    Add,

    /// <summary>Bits of the register itself were kept, the others cleared.</summary>
    Mask,
}
