// OrcRowType: what lies at the stack pointer that an ORC row computes.
namespace VaQuest.DebugInfo.Orc;

/// <summary>Type of a row, the same for all layouts.</summary>
public enum OrcRowType
{
    /// <summary>No unwinding is possible here.</summary>
    Undefined,

    /// <summary>The outermost frame.</summary>
    EndOfStack,

    /// <summary>A return address.</summary>
    Call,

    /// <summary>A whole struct pt_regs.</summary>
    Regs,

    /// <summary>The hardware part of struct pt_regs: ip, cs, flags, sp, ss.</summary>
    RegsPartial,
}
