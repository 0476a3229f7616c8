// JumpExplainer: explains a jump, call or return to an address that holds no code.
using VaQuest.Binary;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Code;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>Function pointers that are NULL, wild or data, and return addresses that were overwritten.</summary>
internal sealed class JumpExplainer(FaultScene scene)
{
    /// <summary>MODULE_NAME_LEN.</summary>
    private const int MaxModuleName = 56;

    private readonly TrailFinder _trails = new(scene);
    private readonly List<Conclusion> _conclusions = [];

    /// <summary>The CPU stands at the bad address itself: what made the jump is told by the stack and the registers, which nothing has changed since.</summary>
    public FaultExplanation ExplainFetch(VirtAddr target)
    {
        if (scene.ExceptionFrame is not { IsReturnAddress: false, State: { } registers } || registers.Find(scene.Codes.Decoder?.StackRegister ?? -1) is not { } sp)
        {
            return Unknown(target);
        }

        if (scene.WordAt(sp) is { } word && FindCaller(word, registers.Find) is { } found && GoesTo(found.Call, target.Value))
        {
            _conclusions.Add(new Conclusion(Certainty.Shown, $"the word on top of the stack is the return address of that call, whose target still is {Words.Hex(target.Value)}") { Address = new VirtAddr(sp) });
            return OfCall(found.Position, found.Call, target.Value);
        }

        return scene.WordAt(unchecked(sp - 8)) == target.Value ? OfPoppedReturn(target.Value, sp) : Unknown(target);
    }

    /// <summary>The CPU stands at the jump, call or return that could not be made, as when the address is not canonical; null for other instructions.</summary>
    public FaultExplanation? ExplainAt(FrameCode code) => code.Instruction.Flow switch
    {
        CodeFlow.Return => OfReturn(code),
        CodeFlow.IndirectCall or CodeFlow.IndirectJump => OfIndirect(code),
        _ => null,
    };

    // The frame of the panic stack that a return address belongs to, and its call.
    private (int Position, FrameCode Call)? FindCaller(ulong word, Func<int, ulong?> registers)
    {
        IReadOnlyList<StackFrame> frames = scene.Stack!.Frames;
        for (int i = scene.Exception + 1; i < frames.Count; i++)
        {
            if (frames[i].IsReturnAddress && frames[i].Pc.Value == word)
            {
                return scene.Codes.OpenCall(scene.Stack!, i, registers) is { } call ? (i, call) : null;
            }
        }

        return null;
    }

    private bool GoesTo(FrameCode call, ulong target)
    {
        int register = call.Flow.CallRegisterOf(call.Instruction);
        if (register >= 0)
        {
            return call.Known.Find(call.Index, register) == target;
        }

        MemoryOperand? operand = OperandOf(call.Instruction);
        return operand is not null && call.Known.FindAddress(call.Index, operand, scene.PerCpuBase) is { } at && scene.WordAt(at) == target;
    }

    private static MemoryOperand? OperandOf(MachineInstruction call) =>
        call.Flow == CodeFlow.IndirectCall ? call.Memory.FirstOrDefault(memory => !memory.IsImplicit) : null;

    private FaultExplanation OfCall(int position, FrameCode caller, ulong target)
    {
        int register = caller.Flow.CallRegisterOf(caller.Instruction);
        MemoryOperand? operand = OperandOf(caller.Instruction);
        ValueTrail? trail = register >= 0 ? _trails.Find(position, caller, caller.Index, register, target) : null;
        CName? name = register >= 0 ? scene.Namer.NameOf(caller, caller.Index, register) : scene.Namer.NameOf(caller, caller.Index, operand!);
        AddInstruction(caller, $"called {Words.Hex(target)}");
        return Write(caller, target, name ?? trail?.Origin.Name, trail, operand);
    }

    // A return takes the address from below where the stack pointer then stands.
    private FaultExplanation OfPoppedReturn(ulong target, ulong sp)
    {
        PointerValue value = PointerValue.Of(target, scene.HasFiveLevels);
        var at = new VirtAddr(unchecked(sp - 8));
        _conclusions.Add(new Conclusion(Certainty.Shown, $"the word right below the stack pointer, at {Words.Hex(at.Value)}, is {Words.Hex(target)}: a return instruction took it from there") { Address = at });
        if (UnloadedModule(target) is { } gone)
        {
            return gone;
        }

        IReadOnlyList<StackFrame> frames = scene.Stack!.Frames;
        StackFrame? above = frames.Skip(scene.Exception + 1).FirstOrDefault(frame => frame.IsReturnAddress);
        // The thunk of an indirect call is no function of the source.
        string who = above is { Pc: var pc } && scene.Codes.FindCallee(pc) is { } callee ? $" of a function that {callee}() called" : "";
        if (who.Length > 0)
        {
            _conclusions.Add(new Conclusion(Certainty.CannotTell, "which function returned there: its frame is gone"));
        }

        return new FaultExplanation
        {
            Cause = "smashed-return",
            Certainty = Certainty.Shown,
            Sentences = [$"The return address{who} was overwritten on the stack: it is {Words.Hex(target)}, {value.Text}."],
            Conclusions = _conclusions,
            Object = scene.Objects.Find(at)?.Text,
        };
    }

    private FaultExplanation? UnloadedModule(ulong target)
    {
        if (PointerValue.Of(target, scene.HasFiveLevels).Class != PointerClass.Kernel || scene.Kernel.Symbols.FindModule(new VirtAddr(target)) is not null
            || scene.Kernel.Symbols.FindAddress("last_unloaded_module") is not { } at || scene.Kernel.Reader.ReadCString(at, MaxModuleName) is not { Length: > 0 } name)
        {
            return null;
        }

        string module = DumpText.Escape(name);
        _conclusions.Add(new Conclusion(Certainty.Consistent, $"no module is at {Words.Hex(target)}, and {module} was unloaded last") { Address = at });
        return new FaultExplanation
        {
            Cause = "unloaded-code",
            Certainty = Certainty.Consistent,
            Sentences = [$"A function returned to {Words.Hex(target)}, where no code is any more: that is consistent with code of the module {module}, which was unloaded last, while a task was still in it."],
            Conclusions = _conclusions,
        };
    }

    private FaultExplanation? OfIndirect(FrameCode code)
    {
        int register = code.Instruction.TargetRegister;
        if (register < 0 || code.Known.Find(code.Index, register) is not { } target)
        {
            return null;
        }

        // A thunk jumps for its caller.
        bool isThunk = FunctionName.IsIndirectThunk(code.Code.Name);
        int position = scene.Exception;
        FrameCode from = code;
        if (isThunk && scene.Situation.FrameIndex > position && scene.Codes.Open(scene.Stack!, scene.Situation.FrameIndex) is { } caller)
        {
            (from, position) = (caller, scene.Situation.FrameIndex);
        }

        ValueTrail trail = _trails.Find(position, from, from.Index, register, target);
        CName? name = scene.Namer.NameOf(from, from.Index, register) ?? trail.Origin.Name;
        AddInstruction(from, $"jumped to {Words.Hex(target)}");
        return Write(from, target, name, trail, null);
    }

    private FaultExplanation? OfReturn(FrameCode code)
    {
        if (code.Known.Find(code.Index, scene.Codes.Decoder!.StackRegister) is not { } sp || scene.WordAt(sp) is not { } target)
        {
            return null;
        }

        AddInstruction(code, $"returned to {Words.Hex(target)}");
        PointerValue value = PointerValue.Of(target, scene.HasFiveLevels);
        _conclusions.Add(new Conclusion(Certainty.Shown, $"the word at {Words.Hex(sp)}, where the return address is kept, is {Words.Hex(target)}: {value.Text}") { Address = new VirtAddr(sp) });
        return new FaultExplanation
        {
            Cause = "smashed-return",
            Certainty = Certainty.Shown,
            Sentences = [$"The return address of {FunctionAt(code)} on the stack was overwritten: it is {Words.Hex(target)}, {value.Text}."],
            Conclusions = _conclusions,
            Instruction = InstructionOf(code, sp, "read"),
        };
    }

    private FaultExplanation Write(FrameCode from, ulong target, CName? name, ValueTrail? trail, MemoryOperand? operand)
    {
        PointerValue value = PointerValue.Of(target, scene.HasFiveLevels);
        ObjectNote? note = value.Class == PointerClass.Kernel ? scene.Objects.Find(new VirtAddr(target)) : null;
        string subject = name is { } known ? $"The function pointer `{known.ToValue()}`" : "The function pointer";
        string is_ = value.Class == PointerClass.Null ? "is NULL"
            : note is null ? $"is {Words.Hex(target)}, {value.Text}" : $"is {Words.Hex(target)}: {note.Text}, which is {(note.Kind == "text" ? "code" : "data")}";
        string cause = value.Class == PointerClass.Null ? "null-function-pointer" : note is { Kind: not "text" } ? "call-of-data" : "wild-function-pointer";
        var sentences = new List<string> { $"{subject} {is_}: {FunctionAt(from)} called it." };
        if (trail is { Origin: { Kind: OriginKind.Memory, Address: not null } })
        {
            sentences.Add(TrailText.Sentence(scene, trail, "it", _conclusions));
        }
        else if (operand is not null && from.Known.FindAddress(from.Index, operand, scene.PerCpuBase) is { } at)
        {
            string place = scene.Objects.Find(new VirtAddr(at)) is { } found ? $" ({found.Text})" : "";
            sentences.Add($"It is kept at {Words.Hex(at)}{place}{NowText(at, target)}.");
        }
        else if (trail is not null)
        {
            sentences.Add(TrailText.Sentence(scene, trail, "it", _conclusions));
        }

        return new FaultExplanation
        {
            Cause = cause,
            Certainty = Certainty.Shown,
            Sentences = sentences,
            Conclusions = _conclusions,
            Instruction = InstructionOf(from, target, "execute"),
            Expression = name?.ToValue(),
            Object = trail?.Origin.Address is { } kept ? scene.Objects.Find(kept)?.Text : note?.Text,
            Chain = trail?.Steps ?? [],
        };
    }

    private string NowText(ulong at, ulong used)
    {
        if (scene.WordAt(at) is not { } now)
        {
            _conclusions.Add(new Conclusion(Certainty.CannotTell, $"what is at {Words.Hex(at)} now: that memory is not in the dump"));
            return "";
        }

        _conclusions.Add(new Conclusion(now == used ? Certainty.Shown : Certainty.Contradicts, $"the memory at {Words.Hex(at)} holds {Words.Hex(now)}") { Address = new VirtAddr(at) });
        return now == used ? ", which still holds it" : $", which now holds {Words.Hex(now)} instead";
    }

    private FaultExplanation Unknown(VirtAddr target)
    {
        PointerValue value = PointerValue.Of(target.Value, scene.HasFiveLevels);
        _conclusions.Add(new Conclusion(Certainty.CannotTell, $"which instruction went to {Words.Hex(target.Value)}: neither the stack nor the registers show a call or return of it") { Address = target });
        return new FaultExplanation
        {
            Cause = "wild-jump",
            Certainty = Certainty.CannotTell,
            Sentences = [$"There is no code at {Words.Hex(target.Value)} ({value.Text}), and the stack does not show for certain what went there."],
            Conclusions = _conclusions,
        };
    }

    private void AddInstruction(FrameCode code, string did)
    {
        string text = scene.Codes.Reader?.Format(code.Instruction.Address) ?? code.Instruction.Operation;
        _conclusions.Add(new Conclusion(Certainty.Shown, $"the instruction `{text}` in {FrameText.NameOf(code.Frame)} {did}")
        {
            Address = code.Instruction.Address,
            File = code.Logical.Source is { Line: > 0 } source ? FrameText.FileOf(source) : null,
            Line = code.Logical.Source is { Line: > 0 } line ? line.Line : null,
        });
    }

    private FaultInstruction InstructionOf(FrameCode code, ulong target, string access) =>
        new(code.Instruction.Address, scene.Codes.Reader?.Format(code.Instruction.Address) ?? code.Instruction.Operation) { Accessed = new VirtAddr(target), Access = access };

    private static string FunctionAt(FrameCode code)
    {
        string source = FrameText.SourceOf(code.Logical.Source);
        return TrailFinder.FunctionOf(code) + (source.Length > 0 ? $" ({source})" : "");
    }
}
