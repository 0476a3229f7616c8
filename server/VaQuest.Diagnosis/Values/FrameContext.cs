// FrameContext: what DWARF expressions may ask of one frame of a walked stack.
using VaQuest.Binary;
using VaQuest.DebugInfo.Dwarf;
using VaQuest.DebugInfo.Dwarf.Expressions;
using VaQuest.DebugInfo.Dwarf.Variables;
using VaQuest.DebugInfo.Types;
using VaQuest.Kernel.Unwind;
using VaQuest.Kernel.Values;

namespace VaQuest.Diagnosis.Values;

/// <summary>
/// One physical frame, or one that a tail call left: then it has no registers, only what its caller knew. Used by one thread.
/// </summary>
internal sealed class FrameContext : IExpressionContext
{
    /// <summary>Callers that entry values may go through; stacks are some fifty frames deep.</summary>
    public const int MaxDepth = 48;

    private readonly FrameContexts _owner;
    private readonly StackTrace? _stack;
    private readonly FrameRegisters? _state;
    private readonly int _depth;
    private CallContext? _call;
    private Absence? _noCall;
    private ulong? _frameBase;
    private Absence? _noFrameBase;
    private bool _isBusy;

    /// <param name="owner">Makes the contexts of callers.</param>
    /// <param name="place">The frame's debug information.</param>
    /// <param name="stack">The stack; null for a function that left it by a tail call.</param>
    /// <param name="index">Index in the stack of one of the logical frames of the physical frame.</param>
    /// <param name="call">How the function was called, when that is known already.</param>
    /// <param name="depth">How many callers lie between the frame that is asked about and this one.</param>
    public FrameContext(FrameContexts owner, FramePlace place, StackTrace? stack, int index, CallContext? call, int depth)
    {
        _owner = owner;
        Place = place;
        _stack = stack;
        Index = index;
        _state = stack?.Frames[index].State;
        _call = call;
        _depth = depth;
    }

    public FramePlace Place { get; }

    public int Index { get; }

    public int Depth => _depth;

    public DwarfEncoding Encoding => Place.Scopes.Unit.Encoding;

    /// <summary>Evaluates an expression in this frame.</summary>
    public DwarfLocation Evaluate(ReadOnlySpan<byte> expression, DwarfUnit? unit = null)
    {
        DwarfUnit owner = unit ?? Place.Scopes.Unit;
        return new ExpressionEvaluator(owner.Encoding, this, owner).Evaluate(expression);
    }

    /// <summary>The value of a variable of this frame.</summary>
    public TypedValue ValueOf(DwarfVariable variable)
    {
        CType type = variable.Type is { } entry ? Place.Types.Resolve(entry) : VoidType.Instance;
        VariableSource source = variable.SourceAt(Place.Scopes.Pc);
        if (source.Absence is { } absence)
        {
            return TypedValue.Absent(type, absence);
        }

        if (source.Constant is { } constant)
        {
            return OfConstant(type, constant, variable);
        }

        DwarfLocation location = Evaluate(source.Expression, variable.Entry.Unit);
        return new LocationValues(_owner.Values, this, FindTarget).ValueAt(type, location);
    }

    public ulong? FindRegister(int dwarfRegister, out Absence? reason)
    {
        ulong? value = _state?.Find(dwarfRegister);
        reason = value is null ? ReasonOf(dwarfRegister) : null;
        return value;
    }

    public Absence? ReadMemory(ulong address, Span<byte> destination)
    {
        ReadOutcome outcome = _owner.Values.Reader.Read(new VirtAddr(address), destination);
        return outcome.IsOk ? null : Absence.OfMemory(outcome);
    }

    public ulong? FindFrameBase(out Absence? reason)
    {
        if (_frameBase is null && _noFrameBase is null)
        {
            (_frameBase, _noFrameBase) = ComputeFrameBase();
        }

        reason = _noFrameBase;
        return _frameBase;
    }

    public ulong? FindCfa(out Absence? reason)
    {
        VirtAddr? cfa = _state?.Cfa;
        reason = cfa is null ? Absence.Unknown("where its frame begins on the stack is not known") : null;
        return cfa?.Value;
    }

    public ulong? FindObjectAddress(out Absence? reason)
    {
        reason = Absence.Unknown("it depends on an object that is not named");
        return null;
    }

    public ulong? FindThreadAddress(ulong offset, out Absence? reason)
    {
        reason = Absence.Unknown("it is thread-local, which kernels do not have");
        return null;
    }

    public ulong? Relocate(ulong linkAddress, out Absence? reason)
    {
        VirtAddr? moved = _owner.Places.Relocate(Place.Module, Place.Dwarf, linkAddress);
        reason = moved is null ? Absence.Unknown("its section was not loaded, or was freed") : null;
        return moved?.Value;
    }

    public ulong? FindEntryValue(ReadOnlySpan<byte> expression, out Absence? reason)
    {
        byte[] wanted = expression.ToArray();
        return FindCall(out reason) is { } call ? call.FindValue(wanted, out reason) : null;
    }

    public ulong? FindParameterAtEntry(long infoOffset, out Absence? reason)
    {
        reason = Absence.Unknown("the argument at the call is not known");
        if (VariableReader.Read(Place.Scopes.Function, Place.Scopes.Pc).FirstOrDefault(v => v.Entry.InfoOffset == infoOffset) is not { } parameter)
        {
            return null;
        }

        return EntryExpressionOf(parameter) is { } expression ? FindEntryValue(expression, out reason) : null;
    }

    public ulong? FindVariableValue(long infoOffset, out Absence? reason)
    {
        reason = Absence.Unknown("another variable that it depends on is not known");
        if (_isBusy || FindTarget(infoOffset) is not { } value)
        {
            return null;
        }

        return _owner.Values.TryReadBits(value, out UInt128 bits, out reason) ? (ulong)(bits & ulong.MaxValue) : null;
    }

    /// <summary>The expression of a parameter's place at the function's first instruction, when that is one register; else null.</summary>
    public byte[]? EntryExpressionOf(DwarfVariable parameter) =>
        Place.Scopes.Function.Find(DwarfAttribute.LowPc) is { IsPresent: true } low
        && parameter.SourceAt(Place.Scopes.Unit.AddressOf(low)).Expression is { Length: 1 } code && code[0] is >= 0x50 and <= 0x6f ? code : null;

    private CallContext? FindCall(out Absence? reason)
    {
        if (_call is null && _noCall is null)
        {
            _call = _stack is null || _depth >= MaxDepth ? null : _owner.FindCall(this, _stack, out _noCall);
            _noCall ??= _call is null ? Absence.Unknown("its caller is not known") : null;
        }

        reason = _noCall;
        return _call;
    }

    // The object that another variable of the unit names: of this frame's functions, else a static one.
    private TypedValue? FindTarget(long infoOffset)
    {
        if (_isBusy)
        {
            return null;
        }

        _isBusy = true;
        try
        {
            foreach (DwarfDie scope in Place.Scopes.Entries)
            {
                foreach (DwarfVariable variable in VariableReader.Read(scope, Place.Scopes.Pc))
                {
                    if (variable.Entry.InfoOffset == infoOffset)
                    {
                        return ValueOf(variable);
                    }
                }
            }

            return Place.Dwarf.FindVariable(infoOffset) is { } other ? ValueOf(other) : null;
        }
        finally
        {
            _isBusy = false;
        }
    }

    private (ulong?, Absence?) ComputeFrameBase()
    {
        DwarfDie function = Place.Scopes.Function;
        DwarfValue value = function.Find(DwarfAttribute.FrameBase);
        byte[]? code = value.IsBlock ? function.Unit.BlockOf(value).ToArray() : null;
        if (code is null or { Length: 0 } || code[0] == 0x91)
        {
            return (null, Absence.Unknown("the function's frame base is not told"));
        }

        DwarfLocation location = Evaluate(code);
        return location.Kind switch
        {
            LocationKind.Memory => (location.Address, null),
            LocationKind.Register => FindRegister(location.Register, out Absence? lost) is { } register ? (register, null) : (null, lost),
            _ => (null, location.Reason ?? Absence.Unknown("the function's frame base is not known")),
        };
    }

    // The block's own bytes, or a number that was stored as eight bytes.
    private TypedValue OfConstant(CType type, byte[] constant, DwarfVariable variable)
    {
        long size = _owner.Values.SizeOf(type) ?? constant.Length;
        bool isNumber = constant.Length == 8 && size is > 0 and < 8;
        byte[] bytes = isNumber || (constant.Length == 8 && _owner.Values.Reader.IsBigEndian && !variable.HasConstantBlock)
            ? _owner.Values.Encode(System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(constant), (int)size)
            : constant;
        return new TypedValue(type, new BytesSource(bytes));
    }

    private Absence ReasonOf(int register)
    {
        string name = DwarfRegisterNames.NameOf(_owner.Architecture, register);
        if (_stack is null)
        {
            return new Absence(AbsenceKind.RegisterLost, $"register {name} lost by a tail call");
        }

        int? physical = _state?.FindLossFrame(register);
        int? frame = physical is { } at ? FrameContexts.LogicalIndex(_stack, at) : null;
        return new Absence(AbsenceKind.RegisterLost, frame is { } number
            ? FormattableString.Invariant($"register {name} lost at frame {number}")
            : $"register {name} lost");
    }
}
