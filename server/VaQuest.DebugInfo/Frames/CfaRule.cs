// CfaRule: how the canonical frame address is found.
namespace VaQuest.DebugInfo.Frames;

/// <summary>The CFA's rule: the stack pointer in the caller before its call.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Register">DWARF number of the register to start from.</param>
/// <param name="Offset">Bytes to add.</param>
/// <param name="Expression">DWARF operations, when the kind is Expression.</param>
public readonly record struct CfaRule(CfaRuleKind Kind, int Register = 0, long Offset = 0, byte[]? Expression = null)
{
    /// <summary>True when the word that leads to the caller's stack is stored on the stack: code that switched stacks.</summary>
    public bool IsStackSwitch => Kind is CfaRuleKind.LoadThenOffset or CfaRuleKind.LoadAtOffset;
}
