// DwarfNameKind: the separate name spaces of C.
namespace VaQuest.DebugInfo.Dwarf.Types;

/// <summary>What a name of a unit's top level stands for.</summary>
public enum DwarfNameKind
{
    /// <summary>A struct or union tag that is defined.</summary>
    Struct,

    /// <summary>An enum tag that is defined.</summary>
    Enum,

    /// <summary>A typedef or base type.</summary>
    Plain,

    /// <summary>A constant of an enum.</summary>
    Enumerator,

    /// <summary>A variable with a place, or what defines one.</summary>
    Variable,

    /// <summary>A function with code.</summary>
    Function,
}
