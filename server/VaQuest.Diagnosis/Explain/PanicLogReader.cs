// PanicLogReader: finds the crash in the kernel's log.
using VaQuest.Diagnosis.Reports;

namespace VaQuest.Diagnosis.Explain;

/// <summary>
/// Reads the log as an engineer does: the panic line, the report that led to it, the oops's own facts, and what went wrong before.
/// </summary>
internal static class PanicLogReader
{
    /// <summary>How many lines below a report belong to it at most (a register dump with a long module list).</summary>
    private const int ReportLines = 80;

    /// <summary>How many lines above a message a hint may stand.</summary>
    private const int HintLines = 4;

    /// <summary>Lines from "Unable to handle …" to "Internal error: …" on arm64, which tells of registers and page tables between.</summary>
    private const int AbortLines = 20;

    private const int MaxEvents = 4096;

    /// <summary>Reads the lines of a log, oldest first, without timestamps. Never throws on content.</summary>
    public static PanicRecord Read(IReadOnlyList<string> lines)
    {
        List<LogEvent> events = Scan(lines);
        LogEvent? panic = FirstOrNull(events, e => e.Class == LogEventClass.Panic);
        LogEvent? cause = panic is { } end ? FindCause(lines, events, end) : FindLastDie(events);
        if (cause is not { } found)
        {
            return new PanicRecord { Kind = PanicKind.Unknown, Earlier = [.. events.Where(e => e.Class == LogEventClass.Report)] };
        }

        PanicKind kind = KindOf(lines, events, found, panic);
        var facts = new ReportFacts(lines, found.Index, Math.Min(lines.Count, found.Index + ReportLines));
        string? panicLine = panic is { } p && p.Index != found.Index ? lines[p.Index] : null;
        return new PanicRecord
        {
            Kind = kind,
            Message = lines[found.Index],
            PanicLine = panicLine,
            Index = found.Index,
            Cpu = facts.Cpu,
            Pid = facts.Pid,
            Comm = facts.Comm,
            FaultAddress = facts.FaultAddress,
            Access = facts.Access,
            AccessFailure = facts.AccessFailure,
            WentOn = panic is null && facts.HasEnded,
            EvidenceLines = EvidenceFor(lines, events, found, panicLine, facts),
            Earlier = [.. events.Where(e => e.Index < found.Index && e.Class is LogEventClass.Report or LogEventClass.Die)
                .Where(e => e.Index < facts.FirstLine)],
        };
    }

    private static List<LogEvent> Scan(IReadOnlyList<string> lines)
    {
        var events = new List<LogEvent>();
        for (int i = 0; i < lines.Count && events.Count < MaxEvents; i++)
        {
            if (lines[i].Length > 0 && MessagePatterns.Recognise(i, lines[i]) is { } found)
            {
                events.Add(found);
            }
        }

        return events;
    }

    /// <summary>The event that a panic line goes back to: the panic itself, unless its text only says that an oops became fatal.</summary>
    private static LogEvent FindCause(IReadOnlyList<string> lines, List<LogEvent> events, LogEvent panic)
    {
        bool isFollowUp = MessagePatterns.IsFollowUp(lines[panic.Index]);
        bool hasReport = panic.Kind is PanicKind.SoftLockup or PanicKind.HardLockup or PanicKind.HungTask or PanicKind.RcuStall;
        if (!isFollowUp && !hasReport)
        {
            return panic;
        }

        for (int i = events.Count - 1; i >= 0; i--)
        {
            LogEvent e = events[i];
            if (e.Index >= panic.Index)
            {
                continue;
            }

            if (hasReport ? e.Kind == panic.Kind : e.Class == LogEventClass.Die || (MessagePatterns.IsOnReport(lines[panic.Index]) && IsWarnCause(e)))
            {
                return e.Class == LogEventClass.Die ? StartOfOops(events, i) : e;
            }
        }

        return panic;
    }

    private static bool IsWarnCause(LogEvent e) => e.Class == LogEventClass.Report
        && (PanicKinds.IsReport(e.Kind) || e.Kind is PanicKind.Deadlock or PanicKind.NullPointerDereference);

    private static LogEvent? FindLastDie(List<LogEvent> events)
    {
        int last = events.FindLastIndex(e => e.Class == LogEventClass.Die);
        return last < 0 ? null : StartOfOops(events, last);
    }

    /// <summary>An oops prints several recognised lines (BUG: …, then Oops: …): the first of them names it.</summary>
    private static LogEvent StartOfOops(List<LogEvent> events, int index)
    {
        while (index > 0 && events[index - 1].Class == LogEventClass.Die && events[index].Index - events[index - 1].Index <= (events[index].Kind == PanicKind.Unknown ? AbortLines : HintLines))
        {
            index--;
        }

        return events[index];
    }

    private static PanicKind KindOf(IReadOnlyList<string> lines, List<LogEvent> events, LogEvent cause, LogEvent? panic)
    {
        PanicKind kind = cause.Kind;
        foreach (LogEvent e in events)
        {
            int above = cause.Index - e.Index;
            if (above is <= 0 or > HintLines)
            {
                continue;
            }

            bool refines = e.Kind switch
            {
                PanicKind.NxExecution => kind == PanicKind.PageFault,
                // Before 5.x, sysrq-c wrote through NULL; the trigger's line stands right above.
                PanicKind.Sysrq => kind is PanicKind.NullPointerDereference or PanicKind.ExplicitPanic,
                PanicKind.ListCorruption => kind is PanicKind.Bug or PanicKind.InvalidOpcode,
                PanicKind.UseAfterFree or PanicKind.SlabCorruption => kind is PanicKind.Bug or PanicKind.GeneralProtection,
                PanicKind.BufferOverflow or PanicKind.OutOfBounds => kind is PanicKind.Bug or PanicKind.InvalidOpcode,
                _ => false,
            };
            if (refines)
            {
                return e.Kind;
            }
        }

        if (kind == PanicKind.Unknown && lines[cause.Index].Contains("Oops - undefined instruction", StringComparison.Ordinal))
        {
            return PanicKind.InvalidOpcode;
        }

        if (kind == PanicKind.Unknown && lines[cause.Index].Contains("Oops - BUG", StringComparison.Ordinal))
        {
            return PanicKind.Bug;
        }

        return kind == PanicKind.Unknown && panic is { Kind: not PanicKind.ExplicitPanic } known ? known.Kind : kind;
    }

    private static List<string> EvidenceFor(
        IReadOnlyList<string> lines, List<LogEvent> events, LogEvent cause, string? panicLine, ReportFacts facts)
    {
        var evidence = new List<string>();
        foreach (LogEvent e in events)
        {
            if (e.Index < cause.Index && cause.Index - e.Index <= HintLines && e.Class is LogEventClass.Hint or LogEventClass.Report
                && e.Index < cause.Index)
            {
                evidence.Add(lines[e.Index]);
            }
        }

        evidence.Add(lines[cause.Index]);
        evidence.AddRange(facts.Lines);
        if (panicLine is not null)
        {
            evidence.Add(panicLine);
        }

        return evidence;
    }

    private static LogEvent? FirstOrNull(List<LogEvent> events, Predicate<LogEvent> match)
    {
        int index = events.FindIndex(match);
        return index < 0 ? null : events[index];
    }
}
