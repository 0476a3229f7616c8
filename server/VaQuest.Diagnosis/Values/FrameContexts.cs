// FrameContexts: the frames of a stack as DWARF expressions see them, and the calls between them.
using VaQuest.Binary;
using VaQuest.DebugInfo.Dwarf;
using VaQuest.DebugInfo.Dwarf.Expressions;
using VaQuest.DebugInfo.Dwarf.Variables;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Kernel.Unwind;
using VaQuest.Kernel.Values;

namespace VaQuest.Diagnosis.Values;

/// <summary>Makes contexts and finds the call between two frames. Safe for concurrent use; what it makes is not.</summary>
internal sealed class FrameContexts(OpenedDump opened, KernelValues values, FramePlaces places)
{
    public KernelValues Values => values;

    public FramePlaces Places => places;

    public string Architecture { get; } = opened.Kernel.Architecture?.Name ?? "";

    /// <summary>The context of a frame; null when no debug information covers it.</summary>
    public FrameContext? Open(StackTrace stack, int index, int depth = 0) =>
        places.Find(stack.Frames[index]) is { } place ? new FrameContext(this, place, stack, index, null, depth) : null;

    /// <summary>The index of a physical frame among all frames.</summary>
    public static int? LogicalIndex(StackTrace stack, int physical)
    {
        int count = 0;
        foreach (StackFrame frame in stack.Frames)
        {
            if (IsPhysical(frame) && count++ == physical)
            {
                return frame.Index;
            }
        }

        return null;
    }

    /// <summary>
    /// How the function of a frame was called. Null with the reason when its caller is not known, or its arguments could have been
    /// changed on the way by tail calls that are not known.
    /// </summary>
    public CallContext? FindCall(FrameContext callee, StackTrace stack, out Absence? reason)
    {
        reason = null;
        int own = callee.Index;
        while (own < stack.Frames.Count && !IsPhysical(stack.Frames[own]))
        {
            own++;
        }

        int next = own + 1;
        while (next < stack.Frames.Count && stack.Frames[next].Kind == FrameKind.TailCall)
        {
            next++;
        }

        // The first frame behind is the innermost logical one of the caller; all of them share the registers.
        if (next >= stack.Frames.Count || stack.Frames[next] is not { IsReturnAddress: true, Kind: not FrameKind.User })
        {
            reason = Absence.Unknown("no function called it");
            return null;
        }

        if (Open(stack, next, callee.Depth + 1) is not { } caller)
        {
            reason = Absence.Unknown("its caller has no debug information");
            return null;
        }

        ulong returnPc = unchecked(caller.Place.Scopes.Pc + 1);
        if (DwarfCallSite.FindByReturn(caller.Place.Scopes.Function, returnPc) is not { } site)
        {
            return new CallContext(caller, null, Absence.Unknown("the call is not described by debug information"), isDirect: false, Architecture);
        }

        return Connect(callee, caller, site);
    }

    private CallContext Connect(FrameContext callee, FrameContext caller, DwarfCallSite site)
    {
        DwarfDie function = callee.Place.Scopes.Function;
        DwarfDie? called = site.Origin ?? FindTarget(caller, site)?.Scopes.Function;
        if (called is not { } target)
        {
            return new CallContext(caller, null, Absence.Unknown("it was called through a pointer that is not known any more"), isDirect: false, Architecture);
        }

        if (FunctionIdentity.AreSame(target, function))
        {
            return new CallContext(caller, site, null, isDirect: true, Architecture);
        }

        var first = new CallContext(caller, site, null, isDirect: false, Architecture);
        return new TailCallPaths(this).Find(target, function, first, callee.Depth + 1)
            ?? new CallContext(caller, null, Absence.Unknown("it was reached by tail calls that are not known"), isDirect: false, Architecture);
    }

    private FramePlace? FindTarget(FrameContext caller, DwarfCallSite site)
    {
        if (site.Target is not { } expression)
        {
            return null;
        }

        DwarfLocation location = caller.Evaluate(expression, site.Entry.Unit);
        ulong? address = location.Kind switch
        {
            LocationKind.Memory => location.Address,
            LocationKind.Value => (ulong)(location.Bits & ulong.MaxValue),
            LocationKind.Register => caller.FindRegister(location.Register, out _),
            _ => null,
        };
        return address is { } at ? places.Find(new VirtAddr(at)) : null;
    }

    /// <summary>The definition of a function that a call site names: the entry itself when it has code, else by its symbol.</summary>
    public FramePlace? FindDefinition(DwarfDie function)
    {
        if (function.FindName() is not { } name)
        {
            return null;
        }

        // Names of static functions repeat; only one that surely is the function will do.
        foreach (Kernel.Symbols.KernelSymbol symbol in opened.Kernel.Symbols.FindByName(name))
        {
            if (places.Find(symbol.Address) is { } place && FunctionIdentity.AreSame(function, place.Scopes.Function))
            {
                return place;
            }
        }

        return null;
    }

    private static bool IsPhysical(StackFrame frame) => frame.Kind is not (FrameKind.Inlined or FrameKind.TailCall);
}
