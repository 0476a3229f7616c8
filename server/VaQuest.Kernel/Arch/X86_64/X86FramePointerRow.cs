// X86FramePointerRow: the unwind row that a frame pointer stands for.
using VaQuest.DebugInfo.Frames;

namespace VaQuest.Kernel.Arch.X86_64;

/// <summary>
/// "push %rbp; mov %rsp,%rbp" leaves the caller's rbp where rbp points and the return address above it. Entry code of kernels that are unwound by
/// frame pointers leaves the address of the saved registers there, with its lowest bit set (ENCODE_FRAME_POINTER, arch/x86/include/asm/frame.h).
/// </summary>
internal static class X86FramePointerRow
{
    public static void Lower(ulong framePointer, UnwindRow row)
    {
        bool isEncoded = (framePointer & 1) != 0;
        row.Begin(UnwindRowSource.FramePointer, isEncoded ? UnwindRowType.SavedRegisters : UnwindRowType.Call, X86RegisterFile.Rip);
        row.SetCfa(new CfaRule(CfaRuleKind.RegisterOffset, X86RegisterFile.Rbp, isEncoded ? -1 : 16));
        row.SetRule(X86RegisterFile.Rbp, RegisterRule.At(-16));
        row.SetRule(X86RegisterFile.Rip, RegisterRule.At(-8));
    }
}
