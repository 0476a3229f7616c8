// Culprit: the frame of the panic stack where it went wrong.
using VaQuest.Diagnosis.Reports;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Explain;

/// <summary>Finds the culprit's frame: the faulting instruction of an exception, else the first frame below the panic's own plumbing.</summary>
internal static class Culprit
{
    /// <summary>Frames of the panic and of the printing above a report.</summary>
    private const int ReportDepth = 20;

    /// <summary>Position in <paramref name="frames"/> of the culprit, or -1 when the stack shows none.</summary>
    /// <param name="frames">The panic stack.</param>
    /// <param name="kind">What happened.</param>
    /// <param name="isJump">True when the CPU failed to fetch an instruction: then the caller is the culprit.</param>
    public static int Find(IReadOnlyList<StackFrame> frames, PanicKind kind, bool isJump)
    {
        int start = Math.Max(PanicKinds.IsWatchdog(kind) ? SkipInterrupt(frames) : PanicKinds.IsReport(kind) ? SkipReport(frames) : 0, SkipPanic(frames));
        if (isJump && start < frames.Count)
        {
            int target = SkipPlumbing(frames, start);
            start = target < frames.Count ? PhysicalFrameOf(frames, target) + 1 : start;
        }

        for (int first = start; first < frames.Count;)
        {
            int physical = PhysicalFrameOf(frames, first);
            if (frames[physical].Kind == FrameKind.User)
            {
                return -1;
            }

            int logical = FirstOfInterest(frames, first, physical, kind);
            if (logical >= 0)
            {
                return logical;
            }

            first = physical + 1;
        }

        return -1;
    }

    /// <summary>
    /// Position of the frame that the crash's exception stopped, its inlined functions first; -1 when no exception did, as when a function
    /// called panic().
    /// </summary>
    public static int FindException(IReadOnlyList<StackFrame> frames)
    {
        for (int i = SkipPanic(frames); i < frames.Count; i = PhysicalFrameOf(frames, i) + 1)
        {
            StackFrame physical = frames[PhysicalFrameOf(frames, i)];
            if (physical.Kind == FrameKind.User)
            {
                return -1;
            }

            if (!physical.IsReturnAddress && physical.Kind != FrameKind.TailCall)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Position of the physical frame whose inlined frames begin at <paramref name="first"/>.</summary>
    public static int PhysicalFrameOf(IReadOnlyList<StackFrame> frames, int first)
    {
        int at = first;
        while (at + 1 < frames.Count && frames[at].Kind == FrameKind.Inlined && frames[at + 1].Pc == frames[first].Pc)
        {
            at++;
        }

        return at;
    }

    /// <summary>
    /// True when the frame is the entry code of an exception or interrupt: the next physical frame is what was stopped, and its registers
    /// are those that the entry saved.
    /// </summary>
    public static bool IsEntry(StackFrame frame) => frame.Kind is FrameKind.Exception or FrameKind.Interrupt or FrameKind.Nmi;

    private static int FirstOfInterest(IReadOnlyList<StackFrame> frames, int first, int physical, PanicKind kind)
    {
        StackFrame frame = frames[physical];
        string? name = frame.Symbol ?? frame.Function;
        bool isReport = PanicKinds.IsReport(kind);
        if (name is null || Plumbing.Contains(name) || (isReport && Plumbing.IsHelper(name)))
        {
            return -1;
        }

        for (int i = first; i <= physical; i++)
        {
            bool isHelper = isReport && frames[i].Source is { } source && Plumbing.IsCheckHelper(source.File);
            if (!isHelper && frames[i].Function is { } function && !Plumbing.Contains(function))
            {
                return i;
            }
        }

        return -1;
    }

    // Whatever panic() or die() calls, and whatever interrupts it while it waits for a reboot, comes after the crash.
    private static int SkipPanic(IReadOnlyList<StackFrame> frames)
    {
        int start = 0;
        for (int i = 0; i < frames.Count; i++)
        {
            string? name = frames[i].Symbol ?? frames[i].Function;
            start = frames[i].Kind != FrameKind.Inlined && name is not null && Plumbing.IsPanic(name) ? i + 1 : start;
        }

        return start;
    }

    // A report is printed by functions that only its first ones call.
    private static int SkipReport(IReadOnlyList<StackFrame> frames)
    {
        int start = 0;
        for (int i = 0; i < frames.Count && i < ReportDepth; i++)
        {
            start = (frames[i].Symbol ?? frames[i].Function) is { } name && Plumbing.IsReport(name) ? i + 1 : start;
        }

        return start;
    }

    private static int SkipPlumbing(IReadOnlyList<StackFrame> frames, int start)
    {
        int at = start;
        while (at < frames.Count && (frames[at].Symbol ?? frames[at].Function) is { } name && Plumbing.Contains(name))
        {
            at = PhysicalFrameOf(frames, at) + 1;
        }

        return at;
    }

    // A watchdog's interrupt reports what it interrupted: the culprit lies behind the entry.
    private static int SkipInterrupt(IReadOnlyList<StackFrame> frames)
    {
        for (int i = 0; i < frames.Count; i++)
        {
            if (IsEntry(frames[i]))
            {
                return i + 1;
            }
        }

        return 0;
    }
}
