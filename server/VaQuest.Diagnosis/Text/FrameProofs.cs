// FrameProofs: names of the evidence for a frame.
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Text;

/// <summary>Names of <see cref="FrameProof"/> and <see cref="FrameKind"/>, for JSON, for a column and for a sentence.</summary>
public static class FrameProofs
{
    /// <summary>The name in JSON.</summary>
    public static string NameOf(FrameProof proof) => proof switch
    {
        FrameProof.Registers => "registers",
        FrameProof.SavedRegisters => "saved-registers",
        FrameProof.Orc => "orc",
        FrameProof.Cfi => "cfi",
        FrameProof.FramePointer => "frame-pointer",
        FrameProof.InlineInfo => "inline-info",
        FrameProof.CallSite => "call-site",
        FrameProof.SwitchFrame => "switch-frame",
        _ => "scan",
    };

    /// <summary>A few characters for the end of a frame's line.</summary>
    public static string Short(FrameProof proof) => proof switch
    {
        FrameProof.Registers => "regs",
        FrameProof.SavedRegisters => "regs",
        FrameProof.Orc => "orc",
        FrameProof.Cfi => "cfi",
        FrameProof.FramePointer => "fp",
        FrameProof.InlineInfo => "dwarf",
        FrameProof.CallSite => "call",
        FrameProof.SwitchFrame => "sched",
        _ => "scan?",
    };

    /// <summary>Words behind "known by".</summary>
    public static string Describe(FrameProof proof) => proof switch
    {
        FrameProof.Registers => "the CPU's registers in the dump",
        FrameProof.SavedRegisters => "the registers that the exception's entry saved on the stack",
        FrameProof.Orc => "an ORC row of the inner frame",
        FrameProof.Cfi => "a DWARF call frame row of the inner frame",
        FrameProof.FramePointer => "the frame pointer chain",
        FrameProof.InlineInfo => "debug information: it was inlined at this address",
        FrameProof.CallSite => "a call site that matches",
        FrameProof.SwitchFrame => "the stack pointer that the scheduler saved",
        _ => "a word on the stack that looks like a return address, which is not certain",
    };

    /// <summary>The name in JSON.</summary>
    public static string NameOf(FrameKind kind) => kind switch
    {
        FrameKind.Inlined => "inlined",
        FrameKind.TailCall => "tail-call",
        FrameKind.Exception => "exception",
        FrameKind.Interrupt => "interrupt",
        FrameKind.Nmi => "nmi",
        FrameKind.User => "user",
        _ => "normal",
    };
}
