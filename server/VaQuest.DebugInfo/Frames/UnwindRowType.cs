// UnwindRowType: what an unwind row leads to.
namespace VaQuest.DebugInfo.Frames;

/// <summary>What lies at, or below, the address that a row computes.</summary>
public enum UnwindRowType
{
    /// <summary>No unwinding is possible here.</summary>
    Undefined,

    /// <summary>The outermost frame.</summary>
    EndOfStack,

    /// <summary>A call: the caller's registers are found by the row's rules.</summary>
    Call,

    /// <summary>A whole saved register set (struct pt_regs) at the CFA.</summary>
    SavedRegisters,

    /// <summary>The part of a register set that the hardware pushes, at the CFA.</summary>
    HardwareFrame,
}
