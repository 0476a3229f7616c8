// TailCallFinder: the functions that left no frame between a call and the frame it led to.
using System.Collections.Concurrent;
using VaQuest.Binary;
using VaQuest.DebugInfo.CallSites;

namespace VaQuest.Kernel.Unwind;

/// <summary>
/// A call instruction names the function it went to. When the frame above the return address is another function's, the one that was called is
/// proven to have jumped away, by tail calls: debug information tells by which. Safe for concurrent callers.
/// </summary>
internal sealed class TailCallFinder(LinuxKernel kernel, IFrameWalker walker, CallSiteResolver? callSites)
{
    private const int MaxListedPaths = 3;

    /// <summary>Code that every function may return through (arch/x86/lib/retpoline.S).</summary>
    private static readonly string[] s_returnThunks = ["__x86_return_thunk", "srso_", "zen_untrain", "retbleed_", "call_depth_return_thunk", "its_return_thunk"];

    private readonly ConcurrentDictionary<string, TailCallGap?> _gaps = new(StringComparer.Ordinal);

    /// <summary>What lies between a frame and the frame it called, or null when nothing does, or nothing can be told.</summary>
    /// <param name="caller">A frame whose pc is a return address.</param>
    /// <param name="callee">The physical frame below it.</param>
    /// <param name="outermost">The stack's last frame: for a system call, user mode with the registers that the entry saved.</param>
    public TailCallGap? Find(StackFrame caller, StackFrame callee, StackFrame outermost)
    {
        if (!caller.IsReturnAddress || callee.Offset is not { } offset || callee.Kind is not FrameKind.Normal
            || caller.Proof is not (FrameProof.Orc or FrameProof.Cfi or FrameProof.FramePointer))
        {
            return null;
        }

        CallTarget call = walker.FindCall(caller.Pc);
        VirtAddr found = callee.Pc - offset;
        if (call.Kind != CallTargetKind.Direct || call.Target == found || IsPartOf(call.Target, callee))
        {
            return null;
        }

        VirtAddr? handler = outermost is { Kind: FrameKind.User, Registers: { } entered }
            ? walker.FindSystemCall(NameOf(call.Target.Value), entered)
            : null;
        string key = FormattableString.Invariant($"{call.Target.Value:x} {handler?.Value ?? 0:x} {found.Value:x}");
        return _gaps.GetOrAdd(key, _ => handler is { } known ? SearchBehind(call.Target, known, found, callee) : Search(call.Target, found, callee));
    }

    /// <summary>A dispatcher has hundreds of jumps; the number of the system call says which it was, if there is such a jump.</summary>
    private TailCallGap? SearchBehind(VirtAddr dispatcher, VirtAddr handler, VirtAddr found, StackFrame callee)
    {
        TailCallEdge? jump = NodeOf(dispatcher.Value).Edges.FirstOrDefault(edge => edge.Target == handler.Value);
        if (jump is null)
        {
            return Search(dispatcher, found, callee);
        }

        var first = new TailCallStep(dispatcher, new VirtAddr(jump.Site));
        if (handler == found || IsPartOf(handler, callee))
        {
            return new TailCallGap([first], null);
        }

        return Search(handler, found, callee) is { } rest ? rest with { Steps = [first, .. rest.Steps] } : null;
    }

    // Compilers move unlikely code of a function to name.cold: it belongs to the function that starts elsewhere.
    private bool IsPartOf(VirtAddr called, StackFrame callee) => Array.IndexOf(StartsOf(default, callee), called.Value) > 0;

    private ulong[] StartsOf(VirtAddr found, StackFrame callee)
    {
        string symbol = callee.Symbol ?? callee.Function ?? "";
        int cold = symbol.IndexOf(".cold", StringComparison.Ordinal);
        return cold <= 0
            ? [found.Value]
            : [found.Value, .. kernel.Symbols.FindByName(symbol[..cold]).Where(part => part.Module == callee.Module).Select(part => part.Address.Value)];
    }

    private TailCallGap? Search(VirtAddr called, VirtAddr found, StackFrame callee)
    {
        string calledName = NameOf(called.Value);
        string calleeName = callee.Symbol ?? callee.Function ?? "";
        if (Array.Exists(s_returnThunks, name => FunctionName.WithoutAlias(calleeName).StartsWith(name, StringComparison.Ordinal)))
        {
            return new TailCallGap([new TailCallStep(called, null)], $"{calledName} was returning");
        }

        if (FindSites(called) is null)
        {
            return new TailCallGap(
                [new TailCallStep(called, null)], $"without debug information of {calledName} it is not known how it got to {calleeName}");
        }

        TailCallPaths paths = new TailCallSearch(NodeOf).Find(called.Value, StartsOf(found, callee));
        if (paths is { Paths.Count: 0, IsComplete: true })
        {
            return new TailCallGap([], $"the call before this return address goes to {calledName}, from where no tail call leads to {calleeName}");
        }

        int certain = paths.CommonLength();
        var steps = new List<TailCallStep>();
        for (int i = 0; i < certain; i++)
        {
            TailCallEdge edge = paths.Paths[0][i];
            steps.Add(new TailCallStep(new VirtAddr(edge.Function), new VirtAddr(edge.Site)));
        }

        // The function in which the paths part was there; where it left is what is not known.
        if (!paths.IsUnique)
        {
            ulong parting = certain == 0 ? called.Value : paths.Paths[0][certain - 1].Target ?? called.Value;
            steps.Add(new TailCallStep(new VirtAddr(parting), null));
        }

        return new TailCallGap(steps, NoteOf(paths, calleeName));
    }

    private string? NoteOf(TailCallPaths paths, string callee)
    {
        if (paths.IsUnique)
        {
            return paths.Paths[0][^1].Target is null ? $"it jumped through a pointer: functions between it and {callee} cannot be told" : null;
        }

        IEnumerable<string> listed = paths.Paths.Take(MaxListedPaths).Select(path => Describe(path, callee));
        string more = paths.IsComplete && paths.Paths.Count <= MaxListedPaths ? "" : "; others are possible";
        return paths.Paths.Count == 0
            ? $"how it got to {callee} is not certain: the debug information does not list all jumps, or there are too many to follow"
            : $"several paths of tail calls are possible: {string.Join("; ", listed)}{more}";
    }

    private string Describe(TailCallEdge[] path, string callee)
    {
        IEnumerable<string> names = path.Select(edge => NameOf(edge.Function));
        return string.Join(" > ", names.Append(path[^1].Target is null ? "(a pointer)" : callee));
    }

    private string NameOf(ulong function) =>
        kernel.Symbols.FindAt(new VirtAddr(function)) is { } hit ? hit.Symbol.Name : FormattableString.Invariant($"0x{function:x}");

    private TailCallNode NodeOf(ulong function)
    {
        var start = new VirtAddr(function);
        if (FindSites(start) is not { } sites)
        {
            // Assembly has no debug information of its calls; what it jumps to are its own parts. A module without any may do anything.
            return LookupOf(start) is null ? TailCallNode.Unknown : TailCallNode.Leaf;
        }

        SourceAddress place = kernel.Stacks.FindSourceAddress(start)!;
        var edges = new List<TailCallEdge>();
        bool isComplete = sites.AreTailCallsComplete;
        foreach (CallSite site in sites.Sites)
        {
            if (!site.IsTailCall)
            {
                continue;
            }

            VirtAddr end = start + unchecked(site.End - place.Address);
            CallTarget target = walker.FindJump(end);
            if (target.Kind == CallTargetKind.Direct)
            {
                edges.Add(new TailCallEdge(function, end.Value, target.Target.Value));
            }
            else if (target.Kind == CallTargetKind.Indirect || site.IsIndirect)
            {
                edges.Add(new TailCallEdge(function, end.Value, null));
            }
            else
            {
                isComplete = false;
            }
        }

        return new TailCallNode(edges, isComplete);
    }

    private ICallSiteLookup? LookupOf(VirtAddr function) =>
        callSites is not null && kernel.Stacks.FindSourceAddress(function) is { } place ? callSites(place.Module) : null;

    private FunctionCallSites? FindSites(VirtAddr function) =>
        kernel.Stacks.FindSourceAddress(function) is { } place ? LookupOf(function)?.FindCallSites(place.Address, place.Section) : null;
}
