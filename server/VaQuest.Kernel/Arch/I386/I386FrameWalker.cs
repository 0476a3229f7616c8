// I386FrameWalker: i386 stacks: which there are, and where a walk begins.
using VaQuest.Binary;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Kernel.Arch.I386;

/// <summary>Finds the stacks and starting points; the walk itself is <see cref="I386StackWalk"/>.</summary>
internal sealed class I386FrameWalker(LinuxKernel kernel) : IFrameWalker
{
    /// <summary>THREAD_SIZE with 4 KiB pages (CONFIG_4KSTACKS, gone since 2.6.37, halved it).</summary>
    private const ulong StackBytes = 8192;

    public FrameWalk WalkRegisters(ReadOnlyMemory<byte> registers, StackMap stacks)
    {
        if (registers.Length < I386Registers.Bytes)
        {
            return FrameWalk.Nothing("the register note is too short");
        }

        I386Registers start = I386Registers.Decode(registers.Span);
        return NewWalk(WithStackOf(stacks, start)).Run(start);
    }

    /// <summary>__switch_to_asm pushes the callee-saved registers: struct inactive_task_frame since 4.9, the last of them bp and the return address.</summary>
    public FrameWalk WalkSwitchedOut(VirtAddr task, StackMap stacks)
    {
        if (kernel.Objects.FindPointer(task, "task_struct", "thread.sp") is not { } sp || stacks.Find(sp) is null)
        {
            return FrameWalk.Nothing("the task's saved stack pointer is not in the dump, or is outside its stack");
        }

        return kernel.Objects.FindUInt(sp, "inactive_task_frame", "bp") is { } bp && kernel.Objects.FindUInt(sp, "inactive_task_frame", "ret_addr") is { } pc
            && kernel.Types.FindSize("inactive_task_frame") is { } size
            ? NewWalk(stacks).RunSwitchedOut(pc, sp + (ulong)size, bp)
            : FrameWalk.Nothing("the layout of inactive_task_frame is not known");
    }

    public StackMap FindStacks(VirtAddr? taskStack, int? cpu) =>
        new(taskStack is { } stack ? [new StackRegion("task", stack, (ulong)(kernel.Types.FindSize("thread_union") ?? (long)StackBytes))] : []);

    /// <summary>Stacks are aligned to their size: where none is known, the one that the stack pointer is on is found by that.</summary>
    private static StackMap WithStackOf(StackMap stacks, I386Registers registers)
    {
        var sp = new VirtAddr(registers[I386Registers.Sp]);
        bool isKnown = registers.IsUserMode || stacks.Find(sp) is not null;
        return isKnown ? stacks : new StackMap([.. stacks.Regions, new StackRegion("kernel", new VirtAddr(sp.Value & ~(StackBytes - 1)), StackBytes)]);
    }

    private I386StackWalk NewWalk(StackMap stacks) => new(kernel.Reader, new TextSymbols(kernel.Symbols), stacks);
}
