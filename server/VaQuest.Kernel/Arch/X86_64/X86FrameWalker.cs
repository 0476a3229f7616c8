// X86FrameWalker: x86_64 stacks: which there are, and where a walk begins.
using VaQuest.Binary;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Kernel.Arch.X86_64;

/// <summary>Finds the stacks and starting points; the walk itself is <see cref="X86StackWalk"/>.</summary>
internal sealed class X86FrameWalker(LinuxKernel kernel) : IFrameWalker
{
    private const ulong DefaultStackBytes = 16 * 1024;
    private const ulong EntryStackBytes = 4096;

    /// <summary>Above all numbers that x86 has given out (under 600).</summary>
    private const ulong MaxSystemCalls = 1024;

    private static readonly string[] s_exceptionStacks = ["DF", "NMI", "DB", "DB1", "DB2", "MCE", "VC", "VC2"];

    private readonly X86CallSites _calls = new(kernel.Reader, new TextSymbols(kernel.Symbols, kernel.GeneratedCode));

    public CallTarget FindCall(VirtAddr returnAddress) => _calls.FindCall(returnAddress);

    public CallTarget FindJump(VirtAddr end) => _calls.FindJump(end);

    /// <summary>
    /// Kernels that avoid indirect calls (6.9, and stable ones since) have x64_sys_call() jump to the handler by a switch that is generated from
    /// the same list as the table (arch/x86/entry/syscall_64.c).
    /// </summary>
    public VirtAddr? FindSystemCall(string dispatcher, IReadOnlyList<KeyValuePair<string, ulong>> entered)
    {
        string? table = dispatcher switch
        {
            "x64_sys_call" => "sys_call_table",
            "ia32_sys_call" => "ia32_sys_call_table",
            _ => null,
        };
        if (table is null || kernel.Symbols.FindAddress(table) is not { } start)
        {
            return null;
        }

        foreach ((string name, ulong value) in entered)
        {
            if (name == "orig_rax" && value < MaxSystemCalls)
            {
                return kernel.Reader.FindPointer(start + (value * 8));
            }
        }

        return null;
    }

    public FrameWalk WalkRegisters(ReadOnlyMemory<byte> registers, StackMap stacks)
    {
        if (registers.Length < X86Registers.Bytes)
        {
            return FrameWalk.Nothing("the register note is too short");
        }

        return Walk(X86Registers.Decode(registers.Span), FrameProof.Registers, stacks);
    }

    /// <summary>
    /// __switch_to_asm pushes the callee-saved registers and leaves the stack pointer in thread.sp: struct inactive_task_frame since 4.9.
    /// </summary>
    public FrameWalk WalkSwitchedOut(VirtAddr task, StackMap stacks)
    {
        if (kernel.Objects.FindPointer(task, "task_struct", "thread.sp") is not { } sp)
        {
            return FrameWalk.Nothing("the task's saved stack pointer is not in the dump");
        }

        if (kernel.Types.FindSize("inactive_task_frame") is not { } size || stacks.Find(sp) is null)
        {
            return FrameWalk.Nothing(
                stacks.Find(sp) is null
                    ? FormattableString.Invariant($"the task's saved stack pointer {sp} is outside its stack")
                    : "the layout of inactive_task_frame is not known");
        }

        var known = new List<(int Register, ulong Value)> { (X86Registers.Sp, (sp + (ulong)size).Value) };
        foreach ((string member, int register) in new[] { ("r15", 0), ("r14", 1), ("r13", 2), ("r12", 3), ("bp", 4), ("bx", 5), ("ret_addr", X86Registers.Ip) })
        {
            if (kernel.Objects.FindUInt(sp, "inactive_task_frame", member) is { } value)
            {
                known.Add((register, value));
            }
        }

        X86Registers start = X86Registers.FromValues(known);
        return start[X86Registers.Ip] is null
            ? FrameWalk.Nothing("the task's stack is not in the dump")
            : Walk(start, FrameProof.SwitchFrame, stacks);
    }

    public StackMap FindStacks(VirtAddr? taskStack, int? cpu)
    {
        var regions = new List<StackRegion>();
        if (taskStack is { } stack)
        {
            regions.Add(new StackRegion("task", stack, (ulong)(kernel.Types.FindSize("thread_union") ?? (long)DefaultStackBytes)));
        }

        if (cpu is { } number)
        {
            AddInterruptStack(regions, number);
            AddExceptionStacks(regions, number);
            AddEntryStack(regions, number);
        }

        return new StackMap(regions);
    }

    /// <summary>
    /// ORC alone shows a stack; callee-saved registers need the debug information, and wait until one is asked for. A walk that cannot go on
    /// without such a register is repeated with them.
    /// </summary>
    private FrameWalk Walk(X86Registers start, FrameProof proof, StackMap stacks)
    {
        var shared = new StackRegisters(() => NewWalk(stacks, null, withRegisters: true).Run(start, proof).Registers);
        FrameWalk walk = NewWalk(stacks, shared, withRegisters: false).Run(start, proof);
        if (walk.IsComplete)
        {
            return walk;
        }

        FrameWalk whole = NewWalk(stacks, shared, withRegisters: true).Run(start, proof);
        return whole.Frames.Count > walk.Frames.Count ? whole : walk;
    }

    private X86StackWalk NewWalk(StackMap stacks, StackRegisters? shared, bool withRegisters) =>
        new(kernel.Reader, kernel.UnwindTables, new TextSymbols(kernel.Symbols, kernel.GeneratedCode), stacks, shared, withRegisters)
        {
            Replaced = new ReplacedReturns(kernel, stacks.Task),
        };

    private VirtAddr? PerCpu(string symbol, int cpu) => kernel.Cpus.FindPerCpu(kernel.Symbols.FindAddress(symbol), cpu);

    /// <summary>hardirq_stack_ptr points at the stack's top word or right behind it; in pcpu_hot from 6.2 to 6.14.</summary>
    private void AddInterruptStack(List<StackRegion> regions, int cpu)
    {
        VirtAddr? pointer = PerCpu("pcpu_hot", cpu) is { } hot
            ? kernel.Objects.FindPointer(hot, "pcpu_hot", "hardirq_stack_ptr")
            : (PerCpu("hardirq_stack_ptr", cpu) ?? PerCpu("irq_stack_ptr", cpu)) is { } at ? kernel.Reader.FindPointer(at) : null;
        if (pointer is { } top)
        {
            ulong size = (ulong)(kernel.Types.FindSize("irq_stack") ?? (long)DefaultStackBytes);
            var end = new VirtAddr((top.Value + 63) & ~63UL);
            regions.Add(new StackRegion("irq", end - size, size));
        }
    }

    private void AddExceptionStacks(List<StackRegion> regions, int cpu)
    {
        if (PerCpu("cea_exception_stacks", cpu) is not { } at || kernel.Reader.FindPointer(at) is not { } stacks)
        {
            return;
        }

        foreach (string name in s_exceptionStacks)
        {
            if (kernel.Types.FindMember("cea_exception_stacks", name + "_stack") is { Size: > 0 } member)
            {
                regions.Add(new StackRegion(name, stacks + member.Offset, (ulong)member.Size));
            }
        }
    }

    private void AddEntryStack(List<StackRegion> regions, int cpu)
    {
        if (PerCpu("cpu_entry_area", cpu) is { } at && kernel.Reader.FindPointer(at) is { } area
            && kernel.Types.FindOffset("cpu_entry_area", "entry_stack_page") is { } offset)
        {
            regions.Add(new StackRegion("entry", area + offset, EntryStackBytes));
        }
    }
}
