// FrameCodes: decodes the functions of a stack's frames.
using VaQuest.Binary;
using VaQuest.Kernel;
using VaQuest.Kernel.Code;
using VaQuest.Kernel.Symbols;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>Makes <see cref="FrameCode"/>; each function is decoded once. Used by one thread.</summary>
internal sealed class FrameCodes
{
    /// <summary>General registers.</summary>
    private const int Registers = 16;

    /// <summary>Arguments in registers.</summary>
    private const int MaxArguments = 6;

    private readonly LinuxKernel _kernel;
    private readonly FunctionCodeReader? _reader;
    private readonly Dictionary<string, FrameCode?> _open = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ValueFlow?> _flows = new(StringComparer.Ordinal);

    public FrameCodes(LinuxKernel kernel)
    {
        _kernel = kernel;
        Decoder = kernel.Architecture?.Decoder;
        _reader = Decoder is null ? null : new FunctionCodeReader(Decoder, kernel.Reader, kernel.Symbols.FindAt, kernel.Symbols.FindByName);
    }

    public IInstructionDecoder? Decoder { get; }

    public FunctionCodeReader? Reader => _reader;

    /// <summary>The frame at a position in a stack, which may be an inlined one; null when its code cannot be read.</summary>
    public FrameCode? Open(StackTrace stack, int position)
    {
        if (!_open.TryGetValue(FormattableString.Invariant($"{position}"), out FrameCode? known))
        {
            known = Read(stack, position);
            _open[FormattableString.Invariant($"{position}")] = known;
        }

        return known;
    }

    /// <summary>The frame that called the one at a position; null with the reason when none surely did.</summary>
    public FrameCode? OpenCaller(StackTrace stack, int position, FrameCode callee, out string reason)
    {
        int next = Culprit.PhysicalFrameOf(stack.Frames, position) + 1;
        reason = ReasonAgainst(stack, next, callee.Code.Start);
        return reason.Length > 0 ? null : Open(stack, next);
    }

    // Why a frame is not surely the caller of the function that begins somewhere; empty when it is.
    private string ReasonAgainst(StackTrace stack, int next, VirtAddr start)
    {
        if (next >= stack.Frames.Count)
        {
            return "the stack ends there";
        }

        StackFrame logical = stack.Frames[next];
        if (logical.Kind == FrameKind.TailCall)
        {
            return "it was reached through functions that left no frame";
        }

        if (logical is { IsReturnAddress: false } or { Kind: FrameKind.User })
        {
            return "nothing called it";
        }

        StackFrame frame = stack.Frames[Culprit.PhysicalFrameOf(stack.Frames, next)];
        if (frame.Proof == FrameProof.Scan || FlowAt(frame.Pc - 1) is not { } flow || flow.Code.IndexEndingAt(frame.Pc) is not (>= 0 and var index))
        {
            return "its caller's code is not known for certain";
        }

        return Reaches(flow.Code.Instructions[index], start) ? "" : "the caller's call leads to another function, which went on to it";
    }

    private FrameCode? Read(StackTrace stack, int position)
    {
        int physical = Culprit.PhysicalFrameOf(stack.Frames, position);
        StackFrame frame = stack.Frames[physical];
        if (frame.Kind is FrameKind.User or FrameKind.TailCall || FlowAt(frame.IsReturnAddress ? frame.Pc - 1 : frame.Pc) is not { } flow)
        {
            return null;
        }

        int index = frame.IsReturnAddress ? flow.Code.IndexEndingAt(frame.Pc) : flow.Code.IndexAt(frame.Pc);
        if (index < 0)
        {
            return null;
        }

        FrameCode? made = null;
        ulong?[] entries = new ulong?[Registers];
        bool[] isAsked = new bool[Registers];
        var known = new KnownValues(flow, index, register => RegisterOf(stack, physical, frame, register), AtEntry);
        return made = new FrameCode(frame, known, index) { Logical = stack.Frames[position] };

        // What the caller passed; each caller asks its own in turn.
        ulong? AtEntry(int register)
        {
            if (made is { } code && (uint)register < Registers && !isAsked[register])
            {
                isAsked[register] = true;
                entries[register] = IsArgument(register) && OpenCaller(stack, position, code, out _) is { } caller ? caller.Known.Find(caller.Index, register) : null;
            }

            return (uint)register < Registers ? entries[register] : null;
        }
    }

    /// <summary>
    /// The call that ends at a return address, with the registers as they were when it was made: for a CPU that stands right behind the call,
    /// which has changed none yet. Null when no call ends there.
    /// </summary>
    public FrameCode? OpenCall(StackTrace stack, int position, Func<int, ulong?> registers)
    {
        StackFrame frame = stack.Frames[position];
        VirtAddr returnAddress = frame.Pc;
        if (FlowAt(returnAddress - 1) is not { } flow || flow.Code.IndexEndingAt(returnAddress) is not (>= 0 and var index)
            || flow.Code.Instructions[index].Flow is not (CodeFlow.Call or CodeFlow.IndirectCall))
        {
            return null;
        }

        FrameCode? made = null;
        var known = new KnownValues(
            flow,
            index,
            register => register == Decoder!.StackRegister ? null : registers(register),
            register => made is { } code && IsArgument(register) && OpenCaller(stack, position, code, out _) is { } caller ? caller.Known.Find(caller.Index, register) : null);
        return made = new FrameCode(frame, known, index) { Logical = frame };
    }

    /// <summary>The name of the function that begins at an address, or null.</summary>
    public string? NameAt(VirtAddr address) =>
        _kernel.Symbols.FindAt(address) is { Offset: 0 } hit && hit.Symbol.IsText ? hit.Symbol.Name : null;

    /// <summary>The name of the function that the direct call before a return address calls, or null.</summary>
    public string? FindCallee(VirtAddr returnAddress) =>
        FlowAt(returnAddress - 1) is { } flow && flow.Code.IndexEndingAt(returnAddress) is >= 0 and var index
            && flow.Code.Instructions[index] is { Flow: CodeFlow.Call, Target: { } target } && NameAt(target) is { } name && !FunctionName.IsIndirectThunk(name) ? Text.DumpText.Escape(FunctionNames.Normalise(name)) : null;

    public SymbolHit? FindSymbol(VirtAddr address) => _kernel.Symbols.FindAt(address);

    private bool Reaches(MachineInstruction call, VirtAddr start) => call switch
    {
        // Calls may skip ENDBR64.
        { Flow: CodeFlow.Call, Target: { } target } => target - start <= 4 || (_kernel.Symbols.FindAt(target) is { } thunk && FunctionName.IsIndirectThunk(thunk.Symbol.Name)),
        { Flow: CodeFlow.IndirectCall } => true,
        _ => false,
    };

    private ValueFlow? FlowAt(VirtAddr address)
    {
        if (_reader is null || _kernel.Symbols.FindAt(address) is not { } hit)
        {
            return null;
        }

        string key = hit.Symbol.Address.ToString();
        if (!_flows.TryGetValue(key, out ValueFlow? flow))
        {
            flow = _reader.Read(address) is { } code ? new ValueFlow(code, Decoder!, NameAt) : null;
            _flows[key] = flow;
        }

        return flow;
    }

    private bool IsArgument(int register)
    {
        for (int i = 0; i < MaxArguments; i++)
        {
            if (Decoder!.ArgumentRegister(i) == register)
            {
                return true;
            }
        }

        return false;
    }

    // A caller's registers are known as they were behind the call: what a call may change says nothing of what was before it.
    private ulong? RegisterOf(StackTrace stack, int physical, StackFrame frame, int register)
    {
        if (!frame.IsReturnAddress)
        {
            return frame.State?.Find(register);
        }

        if (Decoder?.IsKeptByCalls(register) != true)
        {
            return null;
        }

        return frame.State?.Find(register) ?? Recover(stack, physical, register);
    }

    // Without call frame information: what the function below was entered with, still in its register or where it saved it.
    private ulong? Recover(StackTrace stack, int physical, int register)
    {
        int below = physical - 1;
        while (below >= 0 && stack.Frames[below].Kind == FrameKind.Inlined)
        {
            below--;
        }

        if (below < 0 || register == Decoder!.StackRegister || stack.Frames[below].Kind is FrameKind.User or FrameKind.TailCall
            || Open(stack, below) is not { } callee || ReasonAgainst(stack, below + 1, callee.Code.Start).Length > 0)
        {
            return null;
        }

        if (callee.Known.FindAtEntry(register) is { } kept)
        {
            return kept;
        }

        return callee.Flow.FindSaved(register) is { } slot && callee.Flow.FindDepth(callee.Index) is { } depth && callee.Frame.Sp is { } sp
            && _kernel.Reader.TryReadUInt64(sp + unchecked((ulong)(slot - depth)), out ulong saved) ? saved : null;
    }
}
