// RegisterRule: how one register of the caller is found.
namespace VaQuest.DebugInfo.Frames;

/// <summary>A rule of an unwind row.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Offset">Bytes added to the CFA, or to the register.</param>
/// <param name="Register">DWARF number of the other register, for rules that have one.</param>
/// <param name="Expression">DWARF operations, for rules that have them.</param>
public readonly record struct RegisterRule(RegisterRuleKind Kind, long Offset = 0, int Register = 0, byte[]? Expression = null)
{
    public static RegisterRule Undefined => new(RegisterRuleKind.Undefined);

    public static RegisterRule Same => new(RegisterRuleKind.Same);

    /// <summary>True when the rule refers to the CFA by a fixed distance only, so that it holds for the true CFA however that was found.</summary>
    public bool IsFixed => Kind is RegisterRuleKind.Offset or RegisterRuleKind.ValueOffset or RegisterRuleKind.Same or RegisterRuleKind.Unspecified;

    public static RegisterRule At(long offset) => new(RegisterRuleKind.Offset, offset);
}
