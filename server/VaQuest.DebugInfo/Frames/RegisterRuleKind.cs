// RegisterRuleKind: the ways in which an unwind row finds a caller's register.
namespace VaQuest.DebugInfo.Frames;

/// <summary>Register rules (DWARF 5, 6.4.1), and one more that only ORC has.</summary>
public enum RegisterRuleKind
{
    /// <summary>The row says nothing: what the register then holds is up to the architecture's calling convention.</summary>
    Unspecified,

    /// <summary>The caller's value is gone.</summary>
    Undefined,

    /// <summary>Unchanged by this code.</summary>
    Same,

    /// <summary>Saved at CFA + offset.</summary>
    Offset,

    /// <summary>The value is CFA + offset.</summary>
    ValueOffset,

    /// <summary>The value of another register.</summary>
    Register,

    /// <summary>Saved at another register + offset: ORC's rule for a frame pointer that is found through the frame pointer.</summary>
    RegisterOffset,

    /// <summary>Saved at the address that an expression computes; it starts with the CFA on its stack.</summary>
    Expression,

    /// <summary>The value is what an expression computes; it starts with the CFA on its stack.</summary>
    ValueExpression,
}
