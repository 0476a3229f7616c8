// StackRenderer: a stack as lines, one frame on each.
using VaQuest.Diagnosis.Explain;
using VaQuest.Kernel.Tasks;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Text;

/// <summary>
/// Renders stacks: "#3  widget_find+0x1c/0x40 [widget]  widget_core.c:42  (inlined)  orc". The culprit is marked with ">"; where an
/// exception or interrupt stopped the code, or another stack goes on, a line says so. Registers are shown in the panic stack, where they were saved.
/// </summary>
internal static class StackRenderer
{
    /// <summary>Columns of a frame's name and source, beyond which one long line does not push the others.</summary>
    private const int MaxNameWidth = 48;

    private const int MaxSourceWidth = 34;

    /// <summary>Renders one stack with its heading as a section.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="stack">What.</param>
    /// <param name="level">Of the section.</param>
    /// <param name="culprit">Index of the culprit's frame, or -1.</param>
    /// <param name="heading">Of the section.</param>
    /// <param name="withInterrupted">True to show the registers that entries saved in other stacks than the panic's too.</param>
    /// <param name="renderValues">Writes the values of a frame below its line; null to leave them out.</param>
    public static void Render(
        AnnotatedTextBuilder text, StackTrace stack, int level, int culprit, string heading, bool withInterrupted = false,
        FrameValueWriter? renderValues = null)
    {
        int start = text.Line;
        text.Write(heading, SpanKind.Heading, TargetOf(stack.Task)).EndLine();
        RenderFrames(text, stack, culprit, withInterrupted, renderValues);
        foreach (string warning in stack.Warnings)
        {
            text.Write("    ").Write(DumpText.Escape(warning), SpanKind.Absent).EndLine();
        }

        if (!stack.IsComplete)
        {
            text.Write("    ").Write($"the stack ends here: {DumpText.Escape(stack.EndReason)}", SpanKind.Absent).EndLine();
        }

        string innermost = stack.Frames.Count > 0 ? FrameText.FunctionOf(stack.Frames[Math.Max(0, culprit)]) : "no frames";
        text.AddSection(heading, innermost, SectionKind.Stack, start, level);
    }

    /// <summary>"CPU 1: PID 77 sh (panic)".</summary>
    public static string TitleOf(StackTrace stack)
    {
        string cpu = stack.Cpu is { } number ? FormattableString.Invariant($"CPU {number}: ") : "";
        string task = stack.Task is { } known ? FormattableString.Invariant($"PID {known.Pid} {DumpText.Escape(known.Comm)}") : "no known task";
        string state = stack.IsPanicStack ? "panic" : DumpText.Escape(stack.State);
        return $"{cpu}{task} ({state})";
    }

    public static SpanTarget? TargetOf(KernelTask? task) =>
        task is null ? null : new SpanTarget { Address = task.Address, Pid = task.Pid, Symbol = task.Comm };

    private static void RenderFrames(AnnotatedTextBuilder text, StackTrace stack, int culprit, bool withInterrupted, FrameValueWriter? renderValues)
    {
        int nameWidth = 0;
        int sourceWidth = 0;
        foreach (StackFrame frame in stack.Frames)
        {
            nameWidth = Math.Max(nameWidth, Math.Min(MaxNameWidth, FrameText.NameOf(frame).Length));
            sourceWidth = Math.Max(sourceWidth, Math.Min(MaxSourceWidth, FrameText.SourceOf(frame.Source).Length));
        }

        for (int i = 0; i < stack.Frames.Count;)
        {
            (int length, int times) = FrameRepetition.Find(stack.Frames, i);
            int end = i + (length * times);

            // Each call of a recursion has values of its own: with them nothing is left out.
            bool isFolded = renderValues is null && times >= FrameRepetition.MinTimes && (culprit < i + length || culprit >= end);
            int last = isFolded ? i + length : i + 1;
            for (; i < last; i++)
            {
                RenderAt(text, stack, i, culprit, withInterrupted, renderValues, nameWidth, sourceWidth);
            }

            if (isFolded)
            {
                string what = length == 1 ? "the frame above" : FormattableString.Invariant($"the {length} frames above");
                text.Write("     ... ").Write(FormattableString.Invariant($"{what} {times - 1} times more"), SpanKind.Label).EndLine();
                i = end;
            }
        }
    }

    private static void RenderAt(
        AnnotatedTextBuilder text, StackTrace stack, int index, int culprit, bool withInterrupted, FrameValueWriter? renderValues, int nameWidth,
        int sourceWidth)
    {
        StackFrame frame = stack.Frames[index];
        RenderJoin(text, index == 0 ? null : stack.Frames[index - 1], frame);
        RenderNote(text, stack.Frames, index);
        RenderFrame(text, frame, index == culprit, nameWidth, sourceWidth);
        renderValues?.Invoke(text, stack, index);
        bool isWanted = stack.IsPanicStack || (withInterrupted && frame.Proof == FrameProof.SavedRegisters);
        if (isWanted && frame is { Registers.Count: > 0, Kind: not FrameKind.User })
        {
            RegisterRenderer.Render(text, frame.Registers);
        }
    }

    /// <summary>Where one stack ends and another goes on, and where an entry stopped the code above it.</summary>
    private static void RenderJoin(AnnotatedTextBuilder text, StackFrame? inner, StackFrame frame)
    {
        string? place = frame.Stack is not null && frame.Stack != (inner is null ? "task" : inner.Stack) ? Words.OfStack(frame.Stack) : null;
        string? what = inner?.Kind switch
        {
            FrameKind.Interrupt => "interrupt; it stopped",
            FrameKind.Nmi => "non-maskable interrupt; it stopped",
            FrameKind.Exception => "exception; raised by",
            _ => null,
        };
        if (what is not null || place is not null)
        {
            string line = what is null ? $"on the {place}:" : place is null ? what + ":" : $"{what}, on the {place}:";
            text.Write("     --- ").Write(line, SpanKind.Label).Write(" ---").EndLine();
        }
    }

    /// <summary>The note of a physical frame is about the step to it: it comes before the first of the functions inlined into it.</summary>
    private static void RenderNote(AnnotatedTextBuilder text, IReadOnlyList<StackFrame> frames, int index)
    {
        bool isFirst = index == 0 || frames[index - 1].Kind != FrameKind.Inlined;
        if (isFirst && frames[Culprit.PhysicalFrameOf(frames, index)].Note is { } note)
        {
            text.Write("       ").Write("(" + DumpText.Escape(note) + ")", SpanKind.Absent).EndLine();
        }
    }

    private static void RenderFrame(AnnotatedTextBuilder text, StackFrame frame, bool isCulprit, int nameWidth, int sourceWidth)
    {
        SpanTarget target = TargetOf(frame);
        text.Write(isCulprit ? "> " : "  ").Write(FormattableString.Invariant($"#{frame.Index}")).Pad(7);
        int column = text.Column;
        text.Write(FrameText.FunctionOf(frame), frame.Function is null && frame.Symbol is null ? SpanKind.Address : SpanKind.Function, target);
        text.Write(FrameText.OffsetOf(frame));
        if (frame.Module is not null)
        {
            text.Write(" [").Write(DumpText.Escape(frame.Module), SpanKind.Module, new SpanTarget { Module = frame.Module }).Write("]");
        }

        text.Pad(column + nameWidth + 2, 2);
        column = text.Column;
        text.Write(FrameText.SourceOf(frame.Source), SpanKind.Source, target);
        text.Pad(column + sourceWidth + (sourceWidth > 0 ? 2 : 0), sourceWidth > 0 ? 2 : 0);
        text.Write(NoteOf(frame), frame.Kind == FrameKind.Inlined ? SpanKind.Label : SpanKind.Proof);
        text.EndLineAs(SpanKind.Frame, target);
    }

    // An inlined frame is its own proof: the debug information said so.
    private static string NoteOf(StackFrame frame) => frame.Kind switch
    {
        FrameKind.Inlined => "(inlined)",
        FrameKind.TailCall => "(tail call)",
        _ => FrameProofs.Short(frame.Proof),
    };

    public static SpanTarget TargetOf(StackFrame frame) => new()
    {
        Address = frame.Pc,
        IsReturnAddress = frame.IsReturnAddress,
        Symbol = frame.Function ?? frame.Symbol,
        Offset = frame.Offset,
        Size = frame.FunctionSize,
        Module = frame.Module,
        Source = frame.Source,
        FrameIndex = frame.Index,
    };
}
