// AbsenceKind: the classes of reasons why a value is not known.
namespace VaQuest.DebugInfo.Dwarf.Expressions;

/// <summary>Why a value is absent.</summary>
public enum AbsenceKind
{
    /// <summary>The compiler kept it nowhere at this instruction.</summary>
    OptimisedOut,

    /// <summary>It does not exist yet at this instruction.</summary>
    NotLive,

    /// <summary>It was in a register whose content an inner frame did not keep.</summary>
    RegisterLost,

    /// <summary>Its memory is not in the dump, or not mapped.</summary>
    Memory,

    /// <summary>The debug information that describes it is damaged.</summary>
    Damaged,

    /// <summary>It needs something that is not known here: the caller's arguments, a thread, another object.</summary>
    Unknown,
}
