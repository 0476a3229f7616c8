// ArithmeticExplainer: explains divisions, undefined instructions and breakpoints.
using VaQuest.Binary;
using VaQuest.DebugInfo.Lines;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Code;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>Exceptions of the instruction itself.</summary>
internal sealed class ArithmeticExplainer(FaultScene scene)
{
    private readonly List<Conclusion> _conclusions = [];

    /// <summary>Which operand is zero; null when the instruction is no division.</summary>
    public FaultExplanation? ExplainDivision()
    {
        if (scene.Code is not { Instruction.Operation: "div" or "idiv" } code)
        {
            return null;
        }

        int register = code.Instruction.DivisorRegister;
        MemoryOperand? memory = register < 0 && code.Instruction.Memory is [var only, ..] ? only : null;
        ulong? whole = register >= 0 ? code.Known.Find(code.Index, register)
            : memory is not null && code.Known.FindAddress(code.Index, memory, scene.PerCpuBase) is { } at ? scene.WordAt(at, memory.Bytes) : null;
        string text = Format(code);
        bool isNarrow = text.Contains("%e", StringComparison.Ordinal) || (register >= 8 && text.EndsWith('d'));
        ulong? value = isNarrow ? (uint?)whole : whole;
        CName? name = register >= 0 ? scene.Namer.NameOf(code, code.Index, register) : memory is not null ? scene.Namer.NameOf(code, code.Index, memory) : null;
        _conclusions.Add(new Conclusion(Certainty.Shown, $"the instruction `{text}` at {FrameText.NameOf(code.Frame)}" + (register >= 0 && whole is { } held ? $" with {scene.Namer.RegisterName(register)} = {Words.Hex(held)}" : "")) { Address = code.Instruction.Address });
        string subject = name is { } known ? $"`{known.ToValue()}`" : register >= 0 ? "Register " + scene.Namer.RegisterName(register) : "The operand in memory";
        ValueTrail? trail = register >= 0 ? new TrailFinder(scene).Find(scene.Exception, code, code.Index, register, value) : null;
        var sentences = new List<string>
        {
            value switch
            {
                0 => $"{subject}, the divisor, is 0.",
                { } other => $"{subject}, the divisor, is {Words.Hex(other)}, not zero: the quotient did not fit its register.",
                null => $"{subject} is the divisor; its value is not known any more.",
            },
        };
        if (trail is not null)
        {
            sentences.Add(TrailText.Sentence(scene, trail, subject, _conclusions));
        }

        return new FaultExplanation
        {
            Cause = value is 0 ? "division-by-zero" : value is null ? "divide-error" : "quotient-overflow",
            Certainty = value is null ? Certainty.CannotTell : Certainty.Shown,
            Sentences = sentences,
            Conclusions = _conclusions,
            Instruction = new FaultInstruction(code.Instruction.Address, text),
            Expression = name?.ToValue(),
            Object = trail?.Origin.Address is { } place ? scene.Objects.Find(place)?.Text : null,
            Chain = trail?.Steps ?? [],
        };
    }

    /// <summary>An instruction that the CPU does not have, and that no BUG() put there.</summary>
    public FaultExplanation? ExplainOpcode()
    {
        if (scene.ExceptionFrame is not { } frame || scene.Codes.Reader is not { } reader)
        {
            return null;
        }

        string? text = reader.Format(frame.Pc);
        MachineInstruction? instruction = reader.ReadOne(frame.Pc, out ReadOutcome outcome);
        if (!outcome.IsOk && instruction is null)
        {
            return null;
        }

        bool isUd = instruction?.Operation is "ud2" or "ud1" or "ud0";
        TextCheck.Add(scene, frame.Pc, _conclusions, out bool differs);
        string where = FrameText.FunctionOf(scene.Situation.Frame ?? frame) + "()";
        string sentence = differs ? $"The code of {where} was changed: its bytes differ from those of the kernel's file at the instruction that crashed."
            : isUd ? $"{where} executed `{text}`, an instruction that is made to fail; the kernel's table of BUG() and WARN() places has no entry for it, so a check of its own, or a jump into the wrong place, led there."
            : instruction is null ? $"The bytes in {where} are no instruction of this architecture."
            : $"The instruction `{text}` in {where} is none that this CPU executes in the kernel's mode.";
        _conclusions.Insert(0, new Conclusion(Certainty.Shown, $"the bytes at {FrameText.NameOf(frame)} are {(text is null ? "no instruction" : $"`{text}`")}") { Address = frame.Pc });
        return new FaultExplanation
        {
            Cause = differs ? "text-corruption" : isUd ? "undefined-instruction" : "invalid-instruction",
            Certainty = Certainty.Shown,
            Sentences = [sentence],
            Conclusions = _conclusions,
            Instruction = new FaultInstruction(frame.Pc, text ?? "(bad)"),
        };
    }

    /// <summary>A breakpoint that nobody had set; null when the byte before the instruction pointer is none.</summary>
    public FaultExplanation? ExplainBreakpoint()
    {
        if (scene.ExceptionFrame is not { } frame || scene.WordAt(frame.Pc.Value - 1, 1) is not 0xcc)
        {
            return null;
        }

        SourceLocation? line = scene.Kernel.Stacks.FindSourceAddress(frame.Pc - 1) is { } place
            && scene.Opened.DebugFiles.FindLookup(place.Module)?.FindFrames(place.Address, place.Section) is { Frames: [{ Location: { Line: > 0 } found }, ..] } ? found : null;
        TextCheck.Add(scene, frame.Pc - 1, _conclusions, out bool differs);
        string where = FrameText.FunctionOf(scene.Situation.Frame ?? frame) + "()" + (line is null ? "" : $" ({FrameText.SourceOf(line)})");
        _conclusions.Insert(0, new Conclusion(Certainty.Shown, "the byte before the instruction pointer is int3, a breakpoint") { Address = frame.Pc - 1 });
        return new FaultExplanation
        {
            Cause = differs ? "text-corruption" : "stray-breakpoint",
            Certainty = Certainty.Shown,
            Sentences =
            [
                differs ? $"A breakpoint instruction is in {where} where the kernel's file has none, and no debugger or probe claimed it."
                    : $"{where} executed a breakpoint instruction (int3) that no debugger or probe had set.",
            ],
            Conclusions = _conclusions,
            Instruction = new FaultInstruction(frame.Pc - 1, "int3"),
            Location = line,
        };
    }

    private string Format(FrameCode code) => scene.Codes.Reader?.Format(code.Instruction.Address) ?? code.Instruction.Operation;
}
