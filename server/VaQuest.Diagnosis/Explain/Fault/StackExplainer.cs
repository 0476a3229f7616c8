// StackExplainer: explains stacks that overflowed and frames that were overwritten.
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>Stack overflow, the stack protector's guard word, FORTIFY_SOURCE's lengths.</summary>
internal sealed class StackExplainer(FaultScene scene)
{
    /// <summary>Functions named in a sentence.</summary>
    private const int MaxNamed = 3;

    private const string GuardText = "stack is corrupted in: ";

    /// <summary>The frames that ate the stack; null when there is no stack to measure.</summary>
    public FaultExplanation? ExplainOverflow()
    {
        if (scene.Stack is not { } stack || StackUse.Of(stack.Frames) is not { Count: > 0 } uses)
        {
            return null;
        }

        ulong total = uses.Aggregate(0UL, (sum, use) => sum + use.Bytes);
        List<StackUse> large = [.. uses.Take(MaxNamed).Where(use => use.Bytes * 10 >= total || (use.Frames > 8 && use.Frames * 2 >= uses[0].Frames))];
        string named = string.Join(" and ", large.Select(use => $"{Escape(use.Function)}() ({Words.Count(use.Frames, "frame")}, {use.Bytes} bytes)"));
        bool isRecursion = large.Count > 0 && large[0].Frames > 8;
        var conclusions = new List<Conclusion>();
        foreach (StackUse use in uses.Take(8))
        {
            conclusions.Add(new Conclusion(Certainty.Shown, $"{Escape(use.Function)}: {Words.Count(use.Frames, "frame")} of {use.Bytes / (ulong)use.Frames} bytes each on average, {use.Bytes} in all"));
        }

        string end = stack.IsComplete ? "" : " as far as the stack could be walked";
        return new FaultExplanation
        {
            Cause = isRecursion ? "recursion" : "stack-overflow",
            Certainty = isRecursion ? Certainty.Shown : Certainty.Consistent,
            Sentences =
            [
                isRecursion ? $"The stack was used up by a recursion: {named}, of {total} bytes in use{end}."
                    : $"The largest users of the stack are {named}, of {total} bytes{end}.",
            ],
            Conclusions = conclusions,
        };
    }

    /// <summary>The function whose guard word was overwritten, by the kernel's own message.</summary>
    public FaultExplanation? ExplainGuard()
    {
        string message = scene.Record.Message ?? "";
        int at = message.IndexOf(GuardText, StringComparison.Ordinal);
        if (at < 0)
        {
            return null;
        }

        string place = message[(at + GuardText.Length)..];
        string function = FunctionNames.Normalise(place.Split('+', ' ')[0]);
        StackFrame? frame = scene.Stack?.Frames.FirstOrDefault(known => known.Function == function || FunctionNames.Normalise(known.Symbol ?? "") == function);
        string source = FrameText.SourceOf(frame?.Source);
        string locals = frame is null ? "" : Buffers(frame);
        var conclusions = new List<Conclusion>
        {
            new(Certainty.Shown, $"the guard word at the end of {Escape(function)}()'s frame was not what it was at its entry: __stack_chk_fail() was called when the function returned")
            {
                Address = frame?.Pc, File = frame?.Source is { Line: > 0 } known ? FrameText.FileOf(known) : null, Line = frame?.Source is { Line: > 0 } line ? line.Line : null,
            },
            new(Certainty.CannotTell, "what wrote past its variable: that function may have returned already"),
        };
        return new FaultExplanation
        {
            Cause = "stack-buffer-overflow",
            Certainty = Certainty.Shown,
            Sentences = [$"A write past a local variable of {Escape(function)}(){(source.Length > 0 ? $" ({source})" : "")} overwrote the guard word of its stack frame; the function itself or one that it called did it.{locals}"],
            Conclusions = conclusions,
        };
    }

    /// <summary>"detected buffer overflow in strlen": FORTIFY_SOURCE found a length that is larger than its variable; null without that line.</summary>
    public FaultExplanation? ExplainLength()
    {
        if (scene.FindLineAbove("detected buffer overflow in ", "fortify: detected buffer overflow", "strlen: detected buffer overflow", "memcpy: detected buffer overflow") is not { } line
            || scene.Stack is not { } stack || scene.Situation.Frame is not { } frame)
        {
            return null;
        }

        string function = FrameText.FunctionOf(frame);
        string source = FrameText.SourceOf(frame.Source);
        string helper = Escape(line[(line.LastIndexOf(' ') + 1)..]);
        bool isDamaged = stack.Warnings.Count > 0 || !stack.IsComplete || stack.Frames.Any(known => known.Index > frame.Index && known.Proof == FrameProof.Scan);
        var conclusions = new List<Conclusion> { new(Certainty.Shown, "the check's own words: " + DumpText.Escape(line)) };
        if (isDamaged)
        {
            conclusions.Add(new Conclusion(Certainty.Shown, "the frames above it are damaged: the write went past the frame, too"));
        }

        return new FaultExplanation
        {
            Cause = "buffer-overflow",
            Certainty = Certainty.Shown,
            Sentences = [$"{function}(){(source.Length > 0 ? $" ({source})" : "")} used a variable beyond its size: {helper} saw more bytes than the compiler knows it to have.{Buffers(frame)}"],
            Conclusions = conclusions,
        };
    }

    // Arrays are what is written past.
    private string Buffers(StackFrame frame)
    {
        List<string> arrays =
        [
            .. scene.Values.ReadFrame(scene.Stack!, frame.Index).Values
                .Where(value => !value.IsArgument && scene.Values.Kernel.Resolve(value.Type) is DebugInfo.Types.ArrayType).Select(value => $"`{value.Declaration}`").Take(MaxNamed),
        ];
        return arrays.Count == 0 ? "" : $" Its arrays: {string.Join(", ", arrays)}.";
    }

    private static string Escape(string name) => DumpText.Escape(FunctionNames.Normalise(name));
}
