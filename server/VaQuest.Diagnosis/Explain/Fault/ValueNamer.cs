// ValueNamer: C expressions for registers and operands of decoded code.
using VaQuest.Binary;
using VaQuest.DebugInfo.Types;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Code;
using VaQuest.Kernel.Unwind;
using VaQuest.Kernel.Values;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>
/// Goes back through a function's instructions until debug information has a name, and puts the C together from there: members by the offsets
/// that the instructions add. Without debug information the names are registers and symbols. Used by one thread.
/// </summary>
internal sealed class ValueNamer(RegisterNames names, FrameCodes codes, KernelValues values, SymbolTypes symbols)
{
    /// <summary>Dereferences in one expression; longer chains are not read by anybody.</summary>
    private const int MaxDepth = 8;

    private readonly MemberPath _members = new(values);

    /// <summary>What a register holds right before an instruction; null when nothing names it.</summary>
    public CName? NameOf(FrameCode frame, int index, int register) => NameOf(frame, index, register, 0);

    /// <summary>An operand as a C expression, with its type; null when nothing names its parts.</summary>
    public CName? NameOf(FrameCode frame, int index, MemoryOperand operand) => NameOf(frame, index, operand, 0);

    /// <summary>The name of a parameter that a function was entered with in a register, or null.</summary>
    public CName? ParameterOf(FrameCode frame, int register) =>
        names.FindParameter(frame.Code.Start, register) ?? symbols.FindParameter(frame.Code.Name, ArgumentOf(register));

    /// <summary>What a pointer points to as an lvalue: "session->link"; null when its type does not tell.</summary>
    public string? TargetOf(CName pointer, int bytes) => Reach(pointer, 0, bytes, null)?.Text;

    /// <summary>How a register is written where C has no name for it.</summary>
    public string RegisterName(int register) => codes.Decoder?.NameOf(register) ?? "?";

    /// <summary>The position of the argument that a register passes, from 0; -1 when it passes none.</summary>
    public int ArgumentOf(int register)
    {
        for (int i = 0; i < 6; i++)
        {
            if (codes.Decoder?.ArgumentRegister(i) == register)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The name of what a call calls, or null when it goes through a pointer.</summary>
    public string? CalledName(MachineInstruction call) =>
        call is { Flow: CodeFlow.Call, Target: { } target } && codes.FindSymbol(target) is { Offset: <= 4 } hit
            && !FunctionName.IsIndirectThunk(hit.Symbol.Name) ? DumpText.Escape(FunctionNames.Normalise(hit.Symbol.Name)) : null;

    private CName? NameOf(FrameCode frame, int index, int register, int depth)
    {
        CName? named = names.Find(frame.Code.Instructions[index].Address, register);
        if (named is not null && !IsHelper(named))
        {
            return named;
        }

        // Of the parameter of an inlined helper its caller's expression says more.
        return Derive(frame, index, register, depth) is { } derived && (named is null || !IsHelper(derived) || derived.Text.Contains('>', StringComparison.Ordinal)) ? derived : named;
    }

    private CName? Derive(FrameCode frame, int index, int register, int depth)
    {
        if (depth > MaxDepth || frame.Flow.FindOnly(index, register) is not { } only)
        {
            return null;
        }

        switch (only.Kind)
        {
            case DefinitionKind.Entry:
                return ParameterOf(frame, register);
            case DefinitionKind.CallResult:
                return CalledName(frame.Code.Instructions[only.Index]) is { } called ? new CName(called + "()", symbols.FindReturnType(called)) : null;
            case DefinitionKind.Instruction:
                return OfEffect(frame, only, depth);
            default:
                return null;
        }
    }

    // A pointer to a link, a counter or nothing in particular.
    private bool IsHelper(CName name) => name.Pointee is { } pointee && values.Resolve(pointee) is var type
        && (type is VoidType or StructType { Name: "list_head" or "hlist_node" or "hlist_head" or "rb_node" or "llist_node" or "refcount_struct" or "kref" or "" });

    private CName? OfEffect(FrameCode frame, RegisterDefinition definition, int depth)
    {
        RegisterEffect effect = definition.Effect!;
        switch (effect.Kind)
        {
            case EffectKind.Copy when effect.Bytes >= 4:
                return NameOf(frame, definition.Index, effect.Source, depth + 1);
            case EffectKind.Add when NameOf(frame, definition.Index, definition.Register, depth + 1) is { } before:
                return before with { Offset = before.Offset + effect.Constant };
            case EffectKind.Address when effect.Memory is { } memory:
                return memory is { Base: >= 0, Index: < 0 } && frame.Flow.FindSlot(definition.Index, memory) is null
                    ? NameOf(frame, definition.Index, memory.Base, depth + 1) is { } start ? start with { Offset = start.Offset + memory.Displacement } : null
                    : NameOf(frame, definition.Index, memory, depth + 1) is { IsAddress: false, Offset: 0 } lvalue ? lvalue with { IsAddress = true } : null;
            case EffectKind.Constant:
                return symbols.FindVariable(new VirtAddr(unchecked((ulong)effect.Constant)));
            case EffectKind.Load when effect.Memory is { } memory:
                return frame.Flow.FindStackStore(definition.Index, memory, out int store) is { Source: >= 0 } stored
                    ? NameOf(frame, store, stored.Source, depth + 1) ?? NameOf(frame, definition.Index, memory, depth + 1)
                    : NameOf(frame, definition.Index, memory, depth + 1);
            default:
                return null;
        }
    }

    private CName? NameOf(FrameCode frame, int index, MemoryOperand operand, int depth)
    {
        if (operand.IsPerCpu)
        {
            return OfPerCpu(operand);
        }

        if (frame.Flow.FindSlot(index, operand) is { } slot)
        {
            // The canonical frame address is right above the return address.
            return names.FindSlot(frame.Code.Instructions[index].Address, slot - 8) is { } local ? Reach(local, 0, operand.Bytes, null) : null;
        }

        CName? start = operand.Base >= 0 ? NameOf(frame, index, operand.Base, depth + 1) : null;
        long displacement = operand.Displacement;
        if (operand.Base < 0)
        {
            start = symbols.FindVariable(new VirtAddr(unchecked((ulong)operand.Displacement)));
            displacement = 0;
        }

        if (start is null && operand is { Base: >= 0, Index: < 0 } && depth < MaxDepth
            && frame.Flow.FindOnly(index, operand.Base) is { Effect: { Kind: EffectKind.Address, Memory: { Base: >= 0, Index: >= 0, IsPerCpu: false } sum } } added)
        {
            MemoryOperand whole = operand with { Base = sum.Base, Index = sum.Index, Scale = sum.Scale, Displacement = unchecked(operand.Displacement + sum.Displacement) };
            return NameOf(frame, added.Index, whole, depth + 1) ?? NameOf(frame, added.Index, whole with { Base = sum.Index, Index = sum.Base }, depth + 1);
        }

        return start is null ? null : Reach(start, displacement, operand.Bytes, IndexOf(frame, index, operand, depth));
    }

    private ArrayIndex? IndexOf(FrameCode frame, int index, MemoryOperand operand, int depth)
    {
        if (operand.Index < 0)
        {
            return null;
        }

        CName? name = NameOf(frame, index, operand.Index, depth + 1);
        string? text = name is { Offset: 0, IsAddress: false, Type.Unqualified: not PointerType } ? name.Text : null;
        return new ArrayIndex(text, unchecked((long?)frame.Known.Find(index, operand.Index)), operand.Scale);
    }

    // What lies some bytes behind what a pointer points to.
    private CName? Reach(CName start, long displacement, int bytes, ArrayIndex? index)
    {
        long offset = start.Offset + displacement + (index is { Value: { } number } ? number * index.Scale : 0);
        if (start.Pointee is not { } type || values.Resolve(type) is VoidType)
        {
            return null;
        }

        CType pointee = values.Resolve(type);
        long size = values.SizeOf(pointee) ?? 0;
        if (BeyondArray(start, type, start.Offset + displacement, bytes, offset >= size ? index : null) is { } beyond)
        {
            return beyond;
        }

        bool isElement = !start.IsAddress && size > 0 && pointee is not StructType;
        if (isElement || (!start.IsAddress && size > 0 && (offset < 0 || offset >= size)))
        {
            return OfElement(start, type, offset, size, bytes, index);
        }

        if (_members.Find(type, offset, bytes, index) is not { Rest: 0 } found || !Indexes(found.Path, index))
        {
            return null;
        }

        string text = found.Path.Length == 0 ? start.IsAddress ? start.Text : "*" + start.Text
            : start.IsAddress ? start.Text + found.Path
            : found.Path[0] == '.' ? start.Text + "->" + found.Path[1..] : "(*" + start.Text + ")" + found.Path;
        return new CName(text, found.Type) { IsSource = start.IsSource };
    }

    // An index that leads out of the structure: the array at the place without it is what the source indexes.
    private CName? BeyondArray(CName start, CType type, long place, int bytes, ArrayIndex? index) =>
        index is { Text: { } text, Value: not null } && !start.IsAddress && place >= 0 && values.Resolve(type) is StructType
            && _members.Find(type, place, bytes, index with { Value = 0 }) is { Rest: 0 } found && found.Path.StartsWith('.') && found.Path.EndsWith("[" + text + "]", StringComparison.Ordinal)
                ? new CName(start.Text + "->" + found.Path[1..], found.Type) { IsSource = start.IsSource } : null;

    // An index whose value is not known must be that of an array in the path: else the offset is not known either.
    private static bool Indexes(string path, ArrayIndex? index) =>
        index is null or { Value: not null } || (index.Text is { } text && path.Contains("[" + text, StringComparison.Ordinal));

    // A pointer to the first of many: pointer[index].member.
    private CName? OfElement(CName start, CType type, long offset, long size, int bytes, ArrayIndex? index)
    {
        long rest = ((offset % size) + size) % size;
        long number = (offset - rest) / size;
        string subscript = index is { Scale: > 0 } known && known.Scale % size == 0 ? known.TextFor(number, known.Scale / size) : FormattableString.Invariant($"{number}");
        bool isKnown = index is null or { Value: not null } || (index.Scale > 0 && index.Scale % size == 0);
        if (_members.Find(type, rest, bytes) is not { Rest: 0 } found || subscript == "?" || !isKnown)
        {
            return null;
        }

        bool isPlain = number == 0 && index is null && found.Path.Length == 0;
        return new CName(isPlain ? "*" + start.Text : start.Text + "[" + subscript + "]" + found.Path, found.Type) { IsSource = start.IsSource };
    }

    private CName? OfPerCpu(MemoryOperand operand) =>
        operand is { Base: < 0, Index: < 0 } && symbols.IsCurrentTask(operand.Displacement) ? new CName("current", symbols.PointerTo("task_struct")) : null;
}
