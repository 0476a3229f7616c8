// CallTargetKind: how a call instruction names its target.
namespace VaQuest.Kernel.Unwind;

/// <summary>Kinds of calls and jumps.</summary>
internal enum CallTargetKind
{
    /// <summary>No call could be decoded there.</summary>
    Unknown,

    /// <summary>The function is part of the instruction.</summary>
    Direct,

    /// <summary>Through a register, a pointer in memory, or a thunk that stands for one.</summary>
    Indirect,
}
