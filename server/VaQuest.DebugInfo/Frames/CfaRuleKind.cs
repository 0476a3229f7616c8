// CfaRuleKind: the ways in which an unwind row finds the canonical frame address.
namespace VaQuest.DebugInfo.Frames;

/// <summary>DWARF has the first and the last; ORC has the first three.</summary>
public enum CfaRuleKind
{
    None,

    /// <summary>Register + offset.</summary>
    RegisterOffset,

    /// <summary>The word at the register, plus the offset.</summary>
    LoadThenOffset,

    /// <summary>The word at register + offset.</summary>
    LoadAtOffset,

    /// <summary>What an expression computes.</summary>
    Expression,
}
