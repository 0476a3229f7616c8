// CheckExplainer: explains BUG, warnings and panic() by the condition that led to them.
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Code;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>The source's own condition with the values it was about; without source the branch that led there.</summary>
internal sealed class CheckExplainer(FaultScene scene)
{
    /// <summary>Instructions before a trap among which its comparison is looked for.</summary>
    private const int MaxBack = 12;

    private readonly List<Conclusion> _conclusions = [];

    /// <summary>BUG() and WARN() in code of its own; null when nothing beyond the log can be said.</summary>
    public FaultExplanation? Explain()
    {
        if (scene.Situation.Frame is not { } frame || scene.Stack is not { } stack)
        {
            return null;
        }

        bool isWarning = scene.Record.Kind == PanicKind.Warning;
        string? text = isWarning ? WarningText() : null;
        if (text is not null)
        {
            _conclusions.Add(new Conclusion(Certainty.Shown, "the warning's own text: " + text));
        }

        string said = text is null ? "" : $" It says: {text}";
        if (frame.Source is { Line: > 0 } source && SourceCondition.Find(scene.Opened.Sources, source) is { } check)
        {
            return OfSource(stack, frame, check, said, isWarning ? "warning-condition" : "bug-condition");
        }

        string missing = frame.Source is null ? "debug information of the code" : "the source file (--source DIR)";
        _conclusions.Add(new Conclusion(Certainty.CannotTell, $"the condition in the source: {missing} is not here"));
        string? branch = BranchText();
        return branch is null && text is null ? null : new FaultExplanation
        {
            Cause = isWarning ? "warning" : "bug",
            Certainty = Certainty.Shown,
            Sentences = [$"{branch}{said}".Trim()],
            Conclusions = _conclusions,
        };
    }

    /// <summary>A function that called panic() because of what it found.</summary>
    public FaultExplanation? ExplainPanic()
    {
        if (scene.Situation.Frame is not { IsReturnAddress: true } frame || scene.Stack is not { } stack)
        {
            return null;
        }

        if (frame.Source is { Line: > 0 } source && SourceCondition.Find(scene.Opened.Sources, source) is { } check)
        {
            return OfSource(stack, frame, check, "", "panic-condition");
        }

        return null;
    }

    private FaultExplanation OfSource(StackTrace stack, StackFrame frame, (string Check, string Condition) check, string said, string cause)
    {
        IReadOnlyList<string> values = ConditionValues.Read(scene, stack, frame.Index, check.Condition);
        string condition = DumpText.Escape(check.Condition);
        _conclusions.Add(new Conclusion(Certainty.Shown, $"the source says {DumpText.Escape(check.Check)}({condition})")
        {
            File = FrameText.FileOf(frame.Source!), Line = frame.Source!.Line, Address = frame.Pc,
        });
        foreach (string value in values)
        {
            _conclusions.Add(new Conclusion(Certainty.Shown, "in that frame " + value));
        }

        string with = values.Count > 0 ? $" ({string.Join(", ", values)})" : "";
        return new FaultExplanation
        {
            Cause = cause,
            Certainty = Certainty.Shown,
            Sentences = [$"The condition `{condition}` was true{with}.{said}"],
            Conclusions = _conclusions,
            Expression = condition,
        };
    }

    // WARN() prints its text right above the line that names the place.
    private string? WarningText()
    {
        int at = scene.Record.Index - 1;
        return at >= 1 && scene.Lines[at - 1].Contains("[ cut here ]", StringComparison.Ordinal) && scene.Lines[at].Length > 0 ? DumpText.Escape(scene.Lines[at]).TrimEnd('.') + "." : null;
    }

    // The comparison and the conditional jump that led to the trap, with the values of its registers.
    private string? BranchText()
    {
        if (scene.Code is not { Instruction.Flow: CodeFlow.Trap } code)
        {
            return null;
        }

        int at = code.Index;
        MachineInstruction? jump = null;
        for (int i = 0; i < MaxBack && code.Code.PredecessorsOf(at) is [var before]; i++)
        {
            at = before;
            MachineInstruction instruction = code.Code.Instructions[at];
            if (jump is null && instruction.Flow == CodeFlow.ConditionalJump)
            {
                jump = instruction;
            }
            else if (jump is not null && instruction.Operation is "cmp" or "test" or "sub" or "bt" or "and" or "add" or "or")
            {
                string compare = scene.Codes.Reader?.Format(instruction.Address) ?? instruction.Operation;
                string branch = scene.Codes.Reader?.Format(jump.Address) ?? jump.Operation;
                _conclusions.Add(new Conclusion(Certainty.Shown, $"the branch to it was decided by `{compare}` and `{branch}`{RegistersIn(code, at, compare)}") { Address = instruction.Address });
                return $"The check was decided by `{compare}`{RegistersIn(code, at, compare)}.";
            }
        }

        return null;
    }

    private string RegistersIn(FrameCode code, int index, string text)
    {
        var found = new List<string>();
        for (int i = 0; i < 16; i++)
        {
            string name = scene.Codes.Decoder!.NameOf(i);
            string half = name.Length == 3 && name[0] == 'r' && char.IsLetter(name[1]) ? "e" + name[1..] : name + "d";
            bool isIn = text.Contains("%" + name, StringComparison.Ordinal) || text.Contains("%" + half, StringComparison.Ordinal);
            if (isIn && code.Known.Find(index, i) is { } value)
            {
                string source = scene.Namer.NameOf(code, index, i) is { } known ? $" (`{known.ToValue()}`)" : "";
                found.Add($"{name} = {Words.Hex(value)}{source}");
            }
        }

        return found.Count == 0 ? "" : " with " + string.Join(", ", found);
    }
}
