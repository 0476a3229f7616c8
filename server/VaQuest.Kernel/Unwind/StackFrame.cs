// StackFrame: one frame of a stack, with how it is known.
using VaQuest.Binary;
using VaQuest.DebugInfo.Lines;

namespace VaQuest.Kernel.Unwind;

/// <summary>A frame, physical or logical.</summary>
public sealed record StackFrame
{
    /// <summary>0 is the innermost frame.</summary>
    public required int Index { get; init; }

    public required FrameKind Kind { get; init; }

    /// <summary>
    /// Position among the frames that are really on the stack, which <see cref="FrameRegisters.FindLossFrame"/> counts; inlined frames have that of
    /// theirs, tail-called ones have none.
    /// </summary>
    public int? PhysicalIndex { get; init; }

    /// <summary>Plain function name, or null when no symbol is known.</summary>
    public string? Function { get; init; }

    /// <summary>Bytes from the physical function's start to <see cref="Pc"/>, or null.</summary>
    public ulong? Offset { get; init; }

    /// <summary>Size of the physical function in bytes, or null.</summary>
    public ulong? FunctionSize { get; init; }

    /// <summary>The symbol-table name of the physical function when it differs from <see cref="Function"/> (inlined, .isra.0, …).</summary>
    public string? Symbol { get; init; }

    /// <summary>Module name, or null for the kernel image.</summary>
    public string? Module { get; init; }

    /// <summary>Instruction pointer: the faulting instruction, or the return address of a call.</summary>
    public required VirtAddr Pc { get; init; }

    /// <summary>Stack pointer in this frame, or null when unknown.</summary>
    public VirtAddr? Sp { get; init; }

    /// <summary>Name of the stack that <see cref="Sp"/> is on (task, irq, NMI, …), or null when it is on none that is known.</summary>
    public string? Stack { get; init; }

    /// <summary>What is odd about the step from the inner frame to this one, in one sentence; null when nothing is.</summary>
    public string? Note { get; init; }

    /// <summary>True when <see cref="Pc"/> is a return address, so that the call is at Pc - 1.</summary>
    public bool IsReturnAddress { get; init; }

    public SourceLocation? Source { get; init; }

    public required FrameProof Proof { get; init; }

    /// <summary>
    /// All that is known of the registers in this frame, for reading variables; null when nothing is. Inlined frames share their physical
    /// frame's.
    /// </summary>
    public FrameRegisters? State { get; init; }

    /// <summary>Registers as far as they are known in this frame, by name; only of physical frames with saved registers.</summary>
    public IReadOnlyList<KeyValuePair<string, ulong>>? Registers { get; init; }
}
