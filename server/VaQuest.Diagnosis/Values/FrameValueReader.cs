// FrameValueReader: reads the values of frames, once each.
using System.Runtime.CompilerServices;
using VaQuest.DebugInfo.Dwarf;
using VaQuest.DebugInfo.Dwarf.Expressions;
using VaQuest.DebugInfo.Dwarf.Variables;
using VaQuest.DebugInfo.Types;
using VaQuest.Kernel.Unwind;
using VaQuest.Kernel.Values;

namespace VaQuest.Diagnosis.Values;

/// <summary>Arguments and locals of frames. What was read for a stack is kept as long as the stack is. Safe for concurrent use.</summary>
internal sealed class FrameValueReader(FrameContexts contexts)
{
    private readonly ConditionalWeakTable<StackTrace, FrameValues?[]> _known = [];

    /// <summary>The values of one frame. Never throws on data.</summary>
    public FrameValues Read(StackTrace stack, int index)
    {
        FrameValues?[] slots = _known.GetValue(stack, trace => new FrameValues?[trace.Frames.Count]);
        FrameValues? known = Volatile.Read(ref slots[index]);
        if (known is null)
        {
            known = ReadFrame(stack, index);
            Volatile.Write(ref slots[index], known);
        }

        return known;
    }

    private FrameValues ReadFrame(StackTrace stack, int index)
    {
        StackFrame frame = stack.Frames[index];
        if (frame.Kind == FrameKind.TailCall)
        {
            return new FrameValues(frame, [], "the function had left its frame when it was interrupted");
        }

        if (contexts.Open(stack, index) is not { } context)
        {
            return new FrameValues(frame, [], "no debug information covers it");
        }

        IReadOnlyList<DwarfDie> entries = context.Place.Scopes.Entries;
        DwarfDie scope = entries[Math.Min(Ordinal(stack, index), entries.Count - 1)];
        var values = new List<FrameValue>();
        foreach (DwarfVariable variable in VariableReader.Read(scope, context.Place.Scopes.Pc))
        {
            values.Add(ReadValue(context, variable));
        }

        return new FrameValues(frame, values, () => ScopeLines.Find(scope));
    }

    private FrameValue ReadValue(FrameContext context, DwarfVariable variable)
    {
        TypedValue value = context.ValueOf(variable);
        Absence? absence = AbsenceOf(value);
        TypedValue? atEntry = absence is not null && variable.IsParameter ? FindAtEntry(context, variable, value.Type) : null;
        return new FrameValue(variable, value, atEntry, contexts.Values, absence);
    }

    private TypedValue? FindAtEntry(FrameContext context, DwarfVariable parameter, CType type) =>
        context.EntryExpressionOf(parameter) is { } expression && context.FindEntryValue(expression, out _) is { } bits
            ? contexts.Values.Of(type, bits) with { IsFromCaller = true }
            : null;

    // A scalar that cannot be read is absent as a whole; of a structure some members may be known.
    private Absence? AbsenceOf(TypedValue value)
    {
        if (value.ImplicitTarget is not null)
        {
            return null;
        }

        if (value.Source is AbsentSource)
        {
            return value.Source.Read(0, []);
        }

        CType type = contexts.Values.Resolve(value.Type);
        bool isScalar = type is IntegerType or EnumType or PointerType or FloatType;
        return isScalar && !contexts.Values.TryReadBits(value, out _, out Absence? reason) ? reason : null;
    }

    // Inlined frames precede the physical frame that they share the address with.
    private static int Ordinal(StackTrace stack, int index)
    {
        int ordinal = 0;
        for (int i = index - 1; i >= 0 && stack.Frames[i].Kind == FrameKind.Inlined && stack.Frames[i].Pc == stack.Frames[index].Pc; i--)
        {
            ordinal++;
        }

        return ordinal;
    }
}
