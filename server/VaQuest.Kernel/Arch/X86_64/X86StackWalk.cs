// X86StackWalk: one walk over x86_64 kernel stacks by unwind rows.
using VaQuest.Binary;
using VaQuest.DebugInfo.Frames;
using VaQuest.Kernel.Memory;
using VaQuest.Kernel.Symbols;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Kernel.Arch.X86_64;

/// <summary>
/// Steps from frame to frame (the rules of arch/x86/kernel/unwind_orc.c). Return addresses are looked up one byte back, interrupted ones
/// exactly. Exception and interrupt entries are crossed by the pt_regs that their rows describe; stacks are joined wherever a row leads to
/// another one. Bounded: at most 256 frames, and on one stack the pointer must rise.
/// </summary>
/// <param name="reader">The crashed kernel's memory.</param>
/// <param name="rows">Unwind rows.</param>
/// <param name="symbols">Names of code.</param>
/// <param name="stacks">The stacks that the walk may stand on.</param>
/// <param name="shared">What the frames answer for their registers; null when they answer nothing.</param>
/// <param name="withRegisters">True to recover callee-saved registers in every frame, which needs the debug information.</param>
/// <param name="isTrial">True to only find out whether a walk from here leads to the stack's end: damage ends it.</param>
internal sealed class X86StackWalk(
    KernelReader reader, IUnwindRows rows, TextSymbols symbols, StackMap stacks, StackRegisters? shared = null, bool withRegisters = false,
    bool isTrial = false)
{
    /// <summary>Recursion may fill a stack of 16 KiB with frames of 16 bytes, and there are other stacks before it.</summary>
    public const int MaxFrames = 1500;

    /// <summary>How often a walk may be taken up again behind damage.</summary>
    private const int MaxSearches = 8;

    /// <summary>A trial that has come this far has gone wrong.</summary>
    private const int MaxTrialFrames = 256;

    private const int MaxStackSwitches = 16;

    private readonly X86CallSites _calls = new(reader, symbols);
    private readonly List<StackFrame> _frames = [];
    private readonly List<string> _warnings = [];
    private readonly X86RegisterFile _file = new();
    private readonly UnwindRow _row = new(X86RegisterFile.Count);
    private readonly UnwindRow _callFrame = new(X86RegisterFile.Count);
    private readonly List<FrameRegisters> _recovered = [];
    private X86RowRules _rules = null!;
    private ulong _pc;
    private VirtAddr _sp;
    private bool _isExact;
    private X86Registers? _registers;
    private X86Registers? _innerRegisters;
    private ulong? _doubtfulBp;
    private VirtAddr? _cfa;
    private FrameProof _proof;
    private int _switches;
    private int _searches;
    private string? _note;
    private string? _end;
    private bool _isComplete;

    /// <summary>Finds return addresses that a tracer replaced; null when there are none.</summary>
    public IReplacedReturns? Replaced { get; init; }

    /// <summary>Walks from a register set; each instance walks once.</summary>
    /// <param name="start">Registers; a note's are exact, a switched-out task's pc is a return address.</param>
    /// <param name="proof">Where the registers come from.</param>
    public FrameWalk Run(X86Registers start, FrameProof proof)
    {
        _rules = new X86RowRules(reader, _file);
        _file.Load(start, null);
        _pc = start.InstructionPointer;
        _sp = new VirtAddr(start.StackPointer);
        _registers = start;
        _isExact = proof == FrameProof.Registers;
        _proof = proof;
        if (start.IsUserMode)
        {
            AddUserFrame(start);
        }

        while (_end is null)
        {
            if (_frames.Count >= (isTrial ? MaxTrialFrames : MaxFrames))
            {
                Stop(FormattableString.Invariant($"more than {MaxFrames} frames: the stack is damaged or recursion is endless"));
                break;
            }

            Step();
        }

        return new FrameWalk(_frames, _end!, _isComplete, _warnings) { Registers = _recovered };
    }

    private void Step()
    {
        VirtAddr lookUp = _isExact ? new VirtAddr(_pc) : new VirtAddr(unchecked(_pc - 1));
        bool hasRow = symbols.IsText(lookUp) && rows.TryFindPath(lookUp, _row);
        AddFrame(lookUp);
        int frame = _frames.Count - 1;
        VirtAddr before = _sp;
        _cfa = null;
        if (!hasRow)
        {
            StepWithoutRow(lookUp);
        }
        else
        {
            StepByRow(lookUp);
        }

        if (withRegisters && _cfa is { } cfa)
        {
            _recovered[frame] = _recovered[frame].With(cfa);
        }

        if (_end is null)
        {
            CheckProgress(before);
        }
    }

    private void StepByRow(VirtAddr lookUp)
    {
        switch (_row.Type)
        {
            case UnwindRowType.EndOfStack:
                Finish("end of stack");
                return;
            case UnwindRowType.Undefined:
                StepByCallSite(lookUp);
                return;
        }

        if (_rules.FindCfa(_row.Cfa, FallBack) is not { } cfa)
        {
            Stop(_row.Cfa.Kind == CfaRuleKind.None ? FormattableString.Invariant($"the unwind row for 0x{_pc:x} is damaged") : _rules.Problem);
            return;
        }

        if (_row.Type == UnwindRowType.Call)
        {
            StepOverCall(lookUp, cfa);
        }
        else
        {
            StepToSavedRegisters(cfa);
        }
    }

    /// <summary>
    /// Saved registers hold for the code that they were saved from, and for a partial set those before them (get_reg() in unwind_orc.c). A frame
    /// pointer that no row has vouched for is better than none.
    /// </summary>
    private ulong? FallBack(int register) => register == X86RegisterFile.Rbp && _doubtfulBp is not null ? _doubtfulBp
        : _isExact && _innerRegisters is { } inner ? X86RegisterFile.FindIn(inner, register) : null;

    private void StepOverCall(VirtAddr lookUp, VirtAddr cfa)
    {
        _cfa = cfa;
        RegisterRule place = _row.RuleOf(_row.ReturnRegister);
        VirtAddr at = place.Kind == RegisterRuleKind.Offset ? cfa + unchecked((ulong)place.Offset) : cfa - 8;
        if (!TryReadStack(at, "the return address", out ulong returnAddress))
        {
            return;
        }

        bool usesDoubt = _doubtfulBp is not null && _file[X86RegisterFile.Rbp] is null && _row.Cfa.Register == X86RegisterFile.Rbp && _row.Cfa.Kind != CfaRuleKind.Expression;
        if (usesDoubt && !_calls.IsReturnAddress(returnAddress))
        {
            Stop(FormattableString.Invariant($"the word 0x{returnAddress:x} at {at} is no return address: rbp was lost"));
            return;
        }

        FrameProof proof = _row.Source switch
        {
            UnwindRowSource.CallFrames => FrameProof.Cfi,
            UnwindRowSource.FramePointer => FrameProof.FramePointer,
            _ => FrameProof.Orc,
        };
        RecoverRegisters(lookUp, cfa);
        LeaveReplaced(returnAddress, cfa, proof, at);
    }

    /// <summary>A tracer that wants to know when a function returns puts its trampoline in place of the return address, and notes that.</summary>
    private void LeaveReplaced(ulong returnAddress, VirtAddr cfa, FrameProof proof, VirtAddr at)
    {
        if (Replaced?.Find(returnAddress, at) is not { } replaced)
        {
            LeaveCall(returnAddress, cfa, proof, at);
            return;
        }

        if (replaced.Original is { } original)
        {
            _note = $"the return address was replaced by {replaced.Trampoline}; this is what the tracer noted in its place";
            LeaveCall(original, cfa, proof, at);
            return;
        }

        string what = FormattableString.Invariant($"the return address at {at} was replaced by {replaced.Trampoline}, and what it was is not noted");
        if (FindContinuation(cfa, null) is not { } found)
        {
            Stop(what);
            return;
        }

        _warnings.Add(what + ": at least one frame is missing, and what follows is not certain");
        LeaveUnknown(found.Value, found.At, FrameProof.Scan);
    }

    /// <summary>The caller's registers: rbp by the row that decides the path, the others by the debug information's.</summary>
    private void RecoverRegisters(VirtAddr lookUp, VirtAddr cfa)
    {
        int frame = _frames.Count - 1;
        RegisterRule rule = _row[X86RegisterFile.Rbp];
        bool isUnchanged = rule.Kind is RegisterRuleKind.Same or RegisterRuleKind.Unspecified;
        ulong? bp = isUnchanged ? _file[X86RegisterFile.Rbp] : _rules.Apply(rule, X86RegisterFile.Rbp, cfa);
        _rules.Recover(FindCallFrame(lookUp, cfa), cfa, frame);
        _file.Put(X86RegisterFile.Rbp, bp, frame);
        _doubtfulBp = isUnchanged ? _doubtfulBp : null;
    }

    /// <summary>The debug information's row when it can be believed: its CFA is the same, or only its distances from the CFA matter.</summary>
    private UnwindRow? FindCallFrame(VirtAddr lookUp, VirtAddr cfa)
    {
        if (_row.Source == UnwindRowSource.CallFrames)
        {
            return _row;
        }

        if (!withRegisters || _row.Source == UnwindRowSource.FramePointer || !rows.TryFindCallFrame(lookUp, _callFrame))
        {
            return null;
        }

        if (_rules.FindCfa(_callFrame.Cfa) == cfa)
        {
            return _callFrame;
        }

        // Code that runs a function on another stack moves rsp behind the compiler's back: what it saved is still where it was, below the CFA.
        if (_row.Cfa.IsStackSwitch)
        {
            return _callFrame;
        }

        _warnings.Add(FormattableString.Invariant(
            $"ORC and the debug information disagree on the frame of {lookUp}: ORC was followed, callee-saved registers are lost there"));
        return null;
    }

    private void LeaveCall(ulong returnAddress, VirtAddr cfa, FrameProof proof, VirtAddr at)
    {
        _pc = returnAddress;
        _sp = cfa;
        _isExact = false;
        _registers = null;
        _innerRegisters = null;
        _proof = proof;
        _file.Put(X86RegisterFile.Rsp, cfa.Value, null);
        _file.Put(X86RegisterFile.Rip, returnAddress, null);
        if (!symbols.IsText(new VirtAddr(unchecked(returnAddress - 1))))
        {
            EnterNoCode(returnAddress, cfa, at);
        }
    }

    /// <summary>Code that was unloaded is a frame all the same; anything else is damage, behind which the stack may go on.</summary>
    private void EnterNoCode(ulong returnAddress, VirtAddr cfa, VirtAddr at)
    {
        if (symbols.IsLostCode(new VirtAddr(returnAddress)))
        {
            _note = "no module that the dump tells of has this address: it was unloaded or cannot be read, or this is generated or freed code";
            return;
        }

        string damage = FormattableString.Invariant($"the return address 0x{returnAddress:x}{X86DamagedStack.AsText(returnAddress)} at {at} is not in kernel code");
        if (FindContinuation(cfa, null) is not { } found)
        {
            Stop(damage);
            return;
        }

        _warnings.Add(FormattableString.Invariant($"{damage}: the walk goes on {found.At - cfa} bytes further up, which is not certain"));
        LeaveUnknown(found.Value, found.At, FrameProof.Scan);
    }

    private (VirtAddr At, ulong Value)? FindContinuation(VirtAddr from, ulong? lost) =>
        isTrial || ++_searches > MaxSearches ? null : new X86DamagedStack(reader, rows, symbols, stacks).FindContinuation(from, lost);

    private void StepToSavedRegisters(VirtAddr at)
    {
        bool isWhole = _row.Type == UnwindRowType.SavedRegisters;
        X86Registers? entered = isWhole
            ? ReadRegisters(at, X86Registers.Bytes, X86Registers.Decode)
            : ReadRegisters(at, X86Registers.Bytes - X86Registers.HardwareFrameOffset, X86Registers.DecodeHardwareFrame);
        if (entered is null)
        {
            return;
        }

        RegisterRule rule = _row[X86RegisterFile.Rbp];
        ulong? bp = entered[X86Registers.Bp] ?? _rules.Apply(rule, X86RegisterFile.Rbp, at);
        _doubtfulBp = isWhole || rule.Kind != RegisterRuleKind.Same ? null : _doubtfulBp;
        _innerRegisters = _registers;
        _registers = entered;
        _file.Load(entered, _frames.Count - 1);
        _file.Put(X86RegisterFile.Rbp, bp, _frames.Count - 1);
        EnterRegisters(entered);
    }

    private X86Registers? ReadRegisters(VirtAddr at, int length, RegisterDecoder decode)
    {
        Span<byte> bytes = stackalloc byte[X86Registers.Bytes];
        ReadOutcome outcome = reader.Read(at, bytes[..length]);
        if (outcome.IsOk)
        {
            return decode(bytes[..length]);
        }

        Stop(FormattableString.Invariant($"the registers saved at {at} cannot be read: {outcome}"));
        return null;
    }

    private void EnterRegisters(X86Registers entered)
    {
        _pc = entered.InstructionPointer;
        _sp = new VirtAddr(entered.StackPointer);
        _isExact = true;
        _proof = FrameProof.SavedRegisters;
        MarkEntry(entered);
        if (entered.IsUserMode)
        {
            AddUserFrame(entered);
        }
    }

    /// <summary>The frame whose row described saved registers is the entry code of an exception, interrupt, or system call.</summary>
    private void MarkEntry(X86Registers entered)
    {
        StackFrame entry = _frames[^1];
        FrameKind kind = X86EntryNames.KindOf(entry.Symbol ?? entry.Function ?? "", entered.IsUserMode);
        _frames[^1] = entry with { Kind = kind };
    }

    private void StepWithoutRow(VirtAddr lookUp)
    {
        if (!symbols.IsText(lookUp))
        {
            // A call to NULL or into data: the call has just pushed its return address.
            if (_isExact || symbols.IsLostCode(lookUp))
            {
                StepFromWildPc();
            }
            else
            {
                Stop(FormattableString.Invariant($"0x{_pc:x} is not kernel code"));
            }

            return;
        }

        StepByFramePointer(lookUp);
    }

    /// <summary>
    /// After a jump to a wrong address the return address on top of the stack tells who called; in code that is gone, or after a return to a wrong
    /// address, the nearest one from which the stack goes on.
    /// </summary>
    private void StepFromWildPc()
    {
        ulong? lost = symbols.IsLostCode(new VirtAddr(_pc)) ? _pc : null;
        string what = lost is null ? "is not code" : "is in no module that the dump tells of (unloaded, unreadable, generated or freed code)";
        (VirtAddr At, ulong Value)? top = _isExact && reader.TryReadUInt64(_sp, out ulong word) && _calls.IsReturnAddress(word) ? (_sp, word) : null;
        if ((top ?? FindContinuation(_sp, lost)) is not { } found)
        {
            Stop(FormattableString.Invariant($"0x{_pc:x} {what}, and no return address is near the top of the stack"));
            return;
        }

        string where = found.At == _sp && _isExact && lost is null
            ? "its caller is taken from the top of the stack, as after a call"
            : FormattableString.Invariant($"its caller is the first return address on the stack that fits, {found.At - _sp} bytes up: not certain");
        _warnings.Add(FormattableString.Invariant($"0x{_pc:x} {what}: {where}"));
        LeaveUnknown(found.Value, found.At, FrameProof.Scan);
    }

    /// <summary>
    /// Code that the kernel's tables leave out (__crash_kexec is marked as non-standard): by the debug information, where it leads to a return
    /// address, so that registers are not lost; else the first word on the stack that returns behind a call of exactly this function.
    /// </summary>
    private void StepByCallSite(VirtAddr lookUp)
    {
        if (rows.TryFindCallFrame(lookUp, _row)
            && _rules.FindCfa(_row.Cfa) is { } cfa
            && reader.TryReadUInt64(cfa - 8, out ulong described)
            && _calls.IsReturnAddress(described))
        {
            StepOverCall(lookUp, cfa);
            return;
        }

        VirtAddr? function = symbols.FindAt(new VirtAddr(_isExact ? _pc : unchecked(_pc - 1)))?.Symbol.Address;
        if (function is null || _calls.FindReturnAddress(_sp, stacks.Find(_sp), function) is not { } found)
        {
            Stop("the kernel has no unwind information for this code, and no call of it is on the stack");
            return;
        }

        LeaveUnknown(found.Value, found.At, FrameProof.CallSite);
    }

    /// <summary>To a caller that no row describes: nothing is known of what became of its registers.</summary>
    private void LeaveUnknown(ulong returnAddress, VirtAddr at, FrameProof proof)
    {
        _doubtfulBp ??= _file[X86RegisterFile.Rbp];
        _rules.Recover(null, at + 8, _frames.Count - 1);
        _file.Put(X86RegisterFile.Rbp, null, _frames.Count - 1);
        LeaveCall(returnAddress, at + 8, proof, at);
    }

    /// <summary>Code without rows (a kernel without ORC, generated code) may still keep frame pointers.</summary>
    private void StepByFramePointer(VirtAddr lookUp)
    {
        StackRegion? region = stacks.Find(_sp);
        ulong? found = _file[X86RegisterFile.Rbp] ?? _doubtfulBp;
        if (found == 0 && X86EntryNames.IsOutermost(_frames[^1].Symbol ?? _frames[^1].Function ?? ""))
        {
            Finish("end of stack");
            return;
        }

        if (found is not { } bp || region is null || !region.Contains(new VirtAddr(bp)) || bp < _sp.Value)
        {
            Stop("there is no unwind information for this code, and no frame pointer");
            return;
        }

        X86FramePointerRow.Lower(bp, _row);
        StepByRow(lookUp);
    }

    private bool TryReadStack(VirtAddr at, string what, out ulong value)
    {
        ReadOutcome outcome = reader.ReadUInt(at, 8, out value);
        if (outcome.IsOk)
        {
            return true;
        }

        Stop(FormattableString.Invariant($"{what} at {at} cannot be read: {outcome}"));
        return false;
    }

    private void CheckProgress(VirtAddr before)
    {
        StackRegion? from = stacks.Find(before);
        StackRegion? to = stacks.Find(_sp);
        if (from != to)
        {
            if (++_switches > MaxStackSwitches)
            {
                Stop("the walk jumps between stacks: they are damaged");
            }
            else if (to is null && stacks.FindOverflowed(_sp) is null)
            {
                _warnings.Add(FormattableString.Invariant($"the stack pointer {_sp} is outside every known stack"));
            }

            return;
        }

        if (_sp <= before)
        {
            Stop(FormattableString.Invariant($"the stack pointer does not rise from {before} to {_sp}: the stack is damaged"));
        }
    }

    private void AddFrame(VirtAddr lookUp)
    {
        SymbolHit? hit = symbols.FindAt(lookUp);
        string? symbol = hit?.Symbol.Name;
        string? function = symbol is null ? null : FunctionName.Plain(symbol);
        bool hasSavedRegisters = _registers is not null && _proof is FrameProof.Registers or FrameProof.SavedRegisters or FrameProof.SwitchFrame;
        _frames.Add(new StackFrame
        {
            Index = _frames.Count,
            PhysicalIndex = _frames.Count,
            Kind = FrameKind.Normal,
            Function = function,
            Symbol = symbol == function ? null : symbol,
            Offset = hit is null ? null : unchecked(_pc - hit.Symbol.Address.Value),
            FunctionSize = hit is { Symbol.Size: > 0 } ? hit.Symbol.Size : null,
            Module = hit?.Symbol.Module,
            Pc = new VirtAddr(_pc),
            Sp = _sp,
            IsReturnAddress = !_isExact,
            Proof = _proof,
            Stack = stacks.Find(_sp)?.Name ?? FindOverflowed(),
            Note = _note ?? (symbols.IsFreedInit(lookUp) ? "this is code for booting, whose memory was freed" : null),
            State = shared is null ? null : new FrameRegisters(shared, _frames.Count),
            Registers = hasSavedRegisters ? _registers!.ToList(X86Architecture.Descriptor.RegisterNames) : null,
        });
        _note = null;
        Remember();
    }

    /// <summary>The task stack when rsp has run out of it, with a warning the first time.</summary>
    private string? FindOverflowed()
    {
        if (stacks.FindOverflowed(_sp) is not { } region)
        {
            return null;
        }

        string warning = FormattableString.Invariant($"the {region.Name} stack overflowed: rsp {_sp} is {region.Start - _sp} bytes below its end at {region.Start}");
        if (!_warnings.Exists(text => text.Contains("overflowed", StringComparison.Ordinal)))
        {
            _warnings.Add(warning);
        }

        return region.Name;
    }

    private void Remember()
    {
        if (withRegisters)
        {
            _recovered.Add(_file.Snapshot());
        }
    }

    private void AddUserFrame(X86Registers registers)
    {
        _frames.Add(new StackFrame
        {
            Index = _frames.Count,
            PhysicalIndex = _frames.Count,
            Kind = FrameKind.User,
            Pc = new VirtAddr(registers.InstructionPointer),
            Sp = new VirtAddr(registers.StackPointer),
            Proof = _proof,
            State = shared is null ? null : new FrameRegisters(shared, _frames.Count),
            Registers = registers.ToList(X86Architecture.Descriptor.RegisterNames),
        });
        Remember();
        Finish("user mode");
    }

    private void Finish(string reason)
    {
        _end = reason;
        _isComplete = true;
    }

    private void Stop(string reason) => _end ??= reason;

    private delegate X86Registers RegisterDecoder(ReadOnlySpan<byte> bytes);
}
