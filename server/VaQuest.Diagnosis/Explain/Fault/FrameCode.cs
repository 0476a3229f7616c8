// FrameCode: the code of one frame of a stack, with what is known of its registers.
using VaQuest.Kernel.Code;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>A physical frame at one instruction: the faulting one, or the call that led to the frame before.</summary>
/// <param name="Frame">The physical frame.</param>
/// <param name="Known">Its function, with the registers that are known at <paramref name="Index"/>.</param>
/// <param name="Index">The instruction.</param>
internal sealed record FrameCode(StackFrame Frame, KnownValues Known, int Index)
{
    public FunctionCode Code => Known.Flow.Code;

    public ValueFlow Flow => Known.Flow;

    public MachineInstruction Instruction => Code.Instructions[Index];

    /// <summary>The logical frame that a reader looks at: the innermost one of the physical frame, or the culprit's.</summary>
    public required StackFrame Logical { get; init; }
}
