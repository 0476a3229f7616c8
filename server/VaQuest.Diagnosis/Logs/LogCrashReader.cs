// LogCrashReader: finds the crash in a text log.
using VaQuest.Binary;
using VaQuest.Diagnosis.Explain;
using VaQuest.Diagnosis.Findings;
using VaQuest.Diagnosis.Reports;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Logs;

/// <summary>
/// Reads a log as the report of a dump does, with the frames that the kernel printed in place of a walked stack. Frames marked "? " are
/// left out: they are words found on the stack. Never throws on content.
/// </summary>
public static class LogCrashReader
{
    /// <summary>Lines of one report: registers, a module list and a deep stack.</summary>
    private const int MaxReport = 400;

    /// <summary>Frames of one report; a signature needs four.</summary>
    private const int MaxFrames = 128;

    public static LogCrash Read(KernelLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        string[] lines = [.. log.Text.Text.Split('\n').Select(Content)];
        PanicRecord record = PanicLogReader.Read(lines);
        (PanicKind kind, int index) = record.Message is not null ? (record.Kind, record.Index)
            : record.Earlier is [LogEvent first, ..] ? (first.Kind, first.Index) : (PanicKind.Unknown, -1);
        if (index < 0)
        {
            return new LogCrash(kind, null, -1, null, null, PanicKinds.NameOf(kind));
        }

        bool isJump = record.Access == "instruction fetch";
        List<StackFrame> frames = FramesOf(log, lines, index, isJump, first: index + 1);

        // "BUG: KASAN: … in f+0x1/0x2": the message's own frame is one of the trace, or all there is.
        frames = frames.Exists(frame => frame.Symbol is not null) ? frames : FramesOf(log, lines, index, isJump, first: index);
        int culprit = kind == PanicKind.MachineCheck ? -1 : kind == PanicKind.HungTask ? WaitPlaces.FirstFrame(frames) : Culprit.Find(frames, IsInterrupted(lines, log, index, kind) ? PanicKind.Unknown : kind, isJump);
        StackFrame? frame = culprit >= 0 ? frames[culprit] : null;
        return new LogCrash(
            kind, lines[index], index, frame?.Symbol is { } name ? FunctionNames.Normalise(name) : null, frame?.Module, CrashSignature.Make(kind, frames, culprit));
    }

    private static string Content(string line) => line[LogLinePrefix.Measure(line, out _)..].TrimEnd();

    private static List<StackFrame> FramesOf(KernelLog log, string[] lines, int index, bool isJump, int first)
    {
        var frames = new List<StackFrame>();
        if (isJump)
        {
            // The CPU stood at an address without a function; its caller is the first frame of the trace.
            frames.Add(new StackFrame { Index = 0, Kind = FrameKind.Normal, Pc = default, Proof = FrameProof.SavedRegisters });
        }

        int end = Math.Min(lines.Length, index + MaxReport);
        int before = 0;
        foreach (LogFrame frame in log.Frames)
        {
            if (frame.Line < first || !frame.IsReliable || frame.Target.Symbol is null || IsHistory(lines[frame.Line]))
            {
                continue;
            }

            if (frame.Line >= end || frames.Count >= MaxFrames || HasEnded(lines, index, frame.Line) || (before > 0 && HasPanicked(lines, before, frame.Line)))
            {
                break;
            }

            before = before > 0 ? before : frame.Line;

            // ARM prints the link register like a frame; the trace has the caller once more.
            bool isLink = lines[frame.Line].StartsWith("lr : ", StringComparison.Ordinal) || lines[frame.Line].StartsWith("LR is at ", StringComparison.Ordinal);
            bool isRepeated = frames is [.., { } last] && last.Symbol == frame.Target.Symbol && last.Offset == frame.Target.Offset && last.Symbol is not null;
            // Before 4.20 the registers' place was printed once more at the end.
            bool isAgain = frames.Count > 1 && lines[frame.Line].StartsWith("RIP", StringComparison.Ordinal) && frames[0].Symbol == frame.Target.Symbol && frames[0].Offset == frame.Target.Offset;
            if (!isLink && !isRepeated && !isAgain)
            {
                frames.Add(FrameOf(frame, frames.Count));
            }
        }

        return frames;
    }

    // lockdep's "hardirqs last enabled at …" names the past.
    private static bool IsHistory(string line) => line.StartsWith("hardirqs last ", StringComparison.Ordinal) || line.StartsWith("softirqs last ", StringComparison.Ordinal);

    // A watchdog prints the registers of what it stopped; the frames below them are that code's own callers.
    private static bool IsInterrupted(string[] lines, KernelLog log, int index, PanicKind kind) =>
        PanicKinds.IsWatchdog(kind) && log.Frames.FirstOrDefault(frame => frame.Line > index && frame.IsReliable && frame.Target.Symbol is not null && !IsHistory(lines[frame.Line])) is { } first && lines[first.Line].StartsWith("RIP: ", StringComparison.Ordinal);

    // A report that was made fatal is followed by the panic's own trace of the same stack.
    private static bool HasPanicked(string[] lines, int index, int line)
    {
        for (int i = index + 1; i < line; i++)
        {
            if (lines[i].StartsWith("Kernel panic - not syncing", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    // "---[ end trace" closes a report; the registers that follow are those of the start again.
    private static bool HasEnded(string[] lines, int index, int line)
    {
        for (int i = index; i < line; i++)
        {
            if (lines[i].StartsWith("---[ end ", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static StackFrame FrameOf(LogFrame frame, int index) => new()
    {
        Index = index,
        Kind = KindOf(frame.Target.Symbol!),
        Function = FunctionNames.Normalise(frame.Target.Symbol!),
        Symbol = frame.Target.Symbol,
        Offset = frame.Target.Offset,
        FunctionSize = frame.Target.Size,
        Module = frame.Target.Module,
        Pc = frame.Target.Address ?? default(VirtAddr),
        IsReturnAddress = frame.Target.IsReturnAddress,
        Proof = FrameProof.Orc,
    };

    /// <summary>Entries of x86 (arch/x86/entry/entry_64.S, since 5.8 with asm_ before them) and arm64.</summary>
    private static FrameKind KindOf(string symbol)
    {
        if (symbol.StartsWith("asm_sysvec_", StringComparison.Ordinal) || symbol is "asm_common_interrupt" or "apic_timer_interrupt" or "ret_from_intr" or "el1_irq" or "el1h_64_irq")
        {
            return FrameKind.Interrupt;
        }

        return symbol is "asm_exc_nmi" or "end_repeat_nmi" ? FrameKind.Nmi
            : symbol.StartsWith("asm_exc_", StringComparison.Ordinal) ? FrameKind.Exception : FrameKind.Normal;
    }
}
