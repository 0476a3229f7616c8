// KernelStacks: the stacks of tasks and CPUs.
using System.Collections.Concurrent;
using VaQuest.Binary;
using VaQuest.DebugInfo.Lines;
using VaQuest.Kernel.Cpus;
using VaQuest.Kernel.Modules;
using VaQuest.Kernel.Symbols;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Kernel.Unwind;

/// <summary>
/// Walks stacks on demand and remembers them. Physical frames come from here; <see cref="Expand"/> adds the inlined ones and source lines.
/// Safe for concurrent callers.
/// </summary>
public sealed class KernelStacks
{
    private readonly LinuxKernel _kernel;
    private readonly IFrameWalker? _walker;
    private readonly TailCallFinder? _tailCalls;
    private readonly ConcurrentDictionary<object, StackTrace> _byTask = new(ReferenceEqualityComparer.Instance);

    internal KernelStacks(LinuxKernel kernel, CallSiteResolver? callSites)
    {
        _kernel = kernel;
        _walker = kernel.Architecture?.CreateWalker(kernel);
        _tailCalls = _walker is null ? null : new TailCallFinder(kernel, _walker, callSites);
    }

    /// <summary>The CPU that crashed: the one that says so, else the only one with registers outside idle; null when nothing tells.</summary>
    public int? PanicCpu => _kernel.Facts.PanicCpu;

    /// <summary>The stack of the CPU that crashed, physical frames only; null when no CPU is known to have crashed.</summary>
    public StackTrace? PanicStack => PanicCpu is { } cpu ? UnwindCpu(cpu) : null;

    /// <summary>The stack of what a CPU was doing, physical frames only.</summary>
    public StackTrace UnwindCpu(int cpu)
    {
        KernelTask? task = _kernel.Tasks.FindOnCpu(cpu);
        if (_kernel.Registers.TryGetValue(cpu, out CpuRegisters? registers) && _walker is not null)
        {
            FrameWalk walk = _walker.WalkRegisters(registers.Values, _walker.FindStacks(task?.Stack, cpu).Of(task?.Address));
            return Describe(walk, task, cpu, StateOf(task, isOnCpu: true), []);
        }

        const string NoRegisters = "this CPU saved no registers";
        if (task is null || _walker is null)
        {
            return Describe(FrameWalk.Nothing(NoRegisters), task, cpu, StateOf(task, isOnCpu: true), []);
        }

        FrameWalk stale = _walker.WalkSwitchedOut(task.Address, _walker.FindStacks(task.Stack, cpu).Of(task.Address));
        return Describe(
            stale, task, cpu, StateOf(task, isOnCpu: true), [NoRegisters + ": the stack is from where its task last left a CPU, before what it did at the crash"]);
    }

    /// <summary>The stack of a task, physical frames only: from the CPU's registers when it was running.</summary>
    public StackTrace Unwind(KernelTask task) => _byTask.GetOrAdd(task, _ => UnwindTask(task));

    /// <summary>The stacks of a CPU that belong to no task: interrupt, exception and entry stacks; empty where they are not known.</summary>
    public IReadOnlyList<StackRegion> FindCpuStacks(int cpu) => _walker?.FindStacks(null, cpu).Regions ?? [];

    /// <summary>An address as debug information knows it, or null when it is in no known code.</summary>
    public SourceAddress? FindSourceAddress(VirtAddr address)
    {
        if (_kernel.Symbols.FindModule(address) is not { } module)
        {
            return _kernel.Symbols.IsText(address) ? new SourceAddress(null, unchecked(address.Value - _kernel.KaslrOffset), null) : null;
        }

        return FindSection(module, address) is { } section
            ? new SourceAddress(module.Name, address - module.Sections[section], section)
            : null;
    }

    /// <summary>
    /// The same stack with a frame for every inlined function and every function that left by a tail call, and source lines, as far as
    /// <paramref name="sources"/> has debug information.
    /// </summary>
    public StackTrace Expand(StackTrace stack, SourceResolver sources)
    {
        var frames = new List<StackFrame>(stack.Frames.Count * 2);
        for (int i = 0; i < stack.Frames.Count; i++)
        {
            StackFrame frame = stack.Frames[i];
            if (i > 0 && _tailCalls?.Find(frame, stack.Frames[i - 1], stack.Frames[^1]) is { } gap)
            {
                AddTailCalls(frames, gap, frame, sources);
                frame = gap.Steps.Count == 0 ? frame with { Note = frame.Note ?? gap.Note } : frame;
            }

            foreach (StackFrame logical in ExpandFrame(frame, sources))
            {
                frames.Add(logical with { Index = frames.Count });
            }
        }

        return stack with { Frames = frames };
    }

    // Innermost first: the last to jump comes first, and the note is about what lies between it and the frame before.
    private void AddTailCalls(List<StackFrame> frames, TailCallGap gap, StackFrame caller, SourceResolver sources)
    {
        for (int i = gap.Steps.Count - 1; i >= 0; i--)
        {
            StackFrame frame = TailCallFrame(gap.Steps[i], caller, i == gap.Steps.Count - 1 ? gap.Note : null);
            foreach (StackFrame logical in ExpandFrame(frame, sources))
            {
                frames.Add(logical with { Index = frames.Count });
            }
        }
    }

    private StackFrame TailCallFrame(TailCallStep step, StackFrame caller, string? note)
    {
        SymbolHit? hit = _kernel.Symbols.FindAt(step.Function);
        string? symbol = hit?.Symbol.Name;
        string? function = symbol is null ? null : FunctionName.Plain(symbol);
        return new StackFrame
        {
            Index = 0,
            Kind = FrameKind.TailCall,
            Function = function,
            Symbol = symbol == function ? null : symbol,
            Offset = step.Site is { } site ? site - step.Function : null,
            FunctionSize = hit is { Symbol.Size: > 0 } ? hit.Symbol.Size : null,
            Module = hit?.Symbol.Module,
            Pc = step.Site ?? step.Function,
            IsReturnAddress = step.Site is not null,
            Stack = caller.Stack,
            Note = note,
            Proof = FrameProof.CallSite,
        };
    }

    private static string StateOf(KernelTask? task, bool isOnCpu)
    {
        if (isOnCpu)
        {
            return task is { Pid: 0 } ? "idle" : "running";
        }

        return task?.State switch
        {
            "R" => "runnable",
            "S" => "sleeping",
            "D" => "waiting, not interruptible",
            "I" => "idle worker",
            "T" or "t" => "stopped",
            "Z" or "X" => "dead",
            "P" => "parked",
            _ => "not running",
        };
    }

    private StackTrace UnwindTask(KernelTask task)
    {
        if (task is { IsOnCpu: true, Cpu: { } cpu })
        {
            return UnwindCpu(cpu);
        }

        FrameWalk walk = _walker is null
            ? FrameWalk.Nothing("stacks of this architecture cannot be walked yet")
            : task.Stack is null
                ? FrameWalk.Nothing("the task has no kernel stack any more")
                : _walker.WalkSwitchedOut(task.Address, _walker.FindStacks(task.Stack, null).Of(task.Address));
        return Describe(walk, task, null, StateOf(task, isOnCpu: false), []);
    }

    private StackTrace Describe(FrameWalk walk, KernelTask? task, int? cpu, string state, IEnumerable<string> warnings) => new()
    {
        Cpu = cpu,
        Task = task,
        State = state,
        Frames = walk.Frames,
        EndReason = walk.EndReason,
        IsComplete = walk.IsComplete,
        IsPanicStack = cpu is not null && cpu == PanicCpu,
        Warnings = [.. warnings, .. walk.Warnings],
    };

    /// <summary>The section with the highest start at or below the address, inside the same region of the module.</summary>
    private static string? FindSection(KernelModule module, VirtAddr address)
    {
        ModuleRegion? region = module.Regions.FirstOrDefault(candidate => candidate.Contains(address));
        string? best = null;
        VirtAddr bestStart = default;
        foreach ((string name, VirtAddr start) in module.Sections)
        {
            bool isBetter = start <= address && region is not null && region.Contains(start) && (best is null || start > bestStart);
            if (isBetter)
            {
                best = name;
                bestStart = start;
            }
        }

        return best;
    }

    private IEnumerable<StackFrame> ExpandFrame(StackFrame frame, SourceResolver sources)
    {
        VirtAddr at = frame.IsReturnAddress ? frame.Pc - 1 : frame.Pc;
        bool hasPlace = frame.Kind != FrameKind.User && (frame.Kind != FrameKind.TailCall || frame.IsReturnAddress);
        SourceFrames? found = !hasPlace || FindSourceAddress(at) is not { } place
            ? null
            : sources(place.Module)?.FindFrames(place.Address, place.Section);
        if (found is null || found.Frames.Count == 0)
        {
            yield return frame;
            yield break;
        }

        string? symbol = frame.Symbol ?? frame.Function;
        for (int i = 0; i < found.Frames.Count; i++)
        {
            SourceFrame logical = found.Frames[i];
            bool isPhysical = i == found.Frames.Count - 1;
            yield return frame with
            {
                Kind = isPhysical ? frame.Kind : FrameKind.Inlined,
                Function = logical.Function,
                Symbol = symbol == logical.Function ? null : symbol,
                Source = logical.Location,
                Proof = isPhysical ? frame.Proof : FrameProof.InlineInfo,
                Registers = isPhysical ? frame.Registers : null,
                Note = isPhysical ? frame.Note : null,
            };
        }
    }
}
