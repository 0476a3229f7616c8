// FrameProof: how a stack frame is known.
namespace VaQuest.Kernel.Unwind;

/// <summary>The evidence for a frame, strongest first.</summary>
public enum FrameProof
{
    /// <summary>The CPU's registers in the dump (NT_PRSTATUS, or pt_regs saved by the exception entry).</summary>
    Registers,

    /// <summary>Registers saved on the stack by an exception or interrupt entry (pt_regs), found by an ORC regs row.</summary>
    SavedRegisters,

    /// <summary>An ORC row for the inner frame's address.</summary>
    Orc,

    /// <summary>A DWARF call frame row for the inner frame's address.</summary>
    Cfi,

    /// <summary>The frame pointer chain.</summary>
    FramePointer,

    /// <summary>Debug information says the function was inlined at this address.</summary>
    InlineInfo,

    /// <summary>A call site that matches.</summary>
    CallSite,

    /// <summary>The scheduler's saved stack pointer of a sleeping task.</summary>
    SwitchFrame,

    /// <summary>A word on the stack that looks like a return address: not certain.</summary>
    Scan,
}
