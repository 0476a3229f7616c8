// DefinitionKind: what gave a register the value it has at a place in a function.
namespace VaQuest.Kernel.Code;

/// <summary>Kinds of definitions.</summary>
public enum DefinitionKind
{
    /// <summary>The function was entered with it.</summary>
    Entry,

    /// <summary>An instruction made it: see the effect.</summary>
    Instruction,

    /// <summary>A call returned it.</summary>
    CallResult,

    /// <summary>A call may have left anything in it.</summary>
    CallClobber,

    /// <summary>Control may have come from places that are not known.</summary>
    Unknown,
}
