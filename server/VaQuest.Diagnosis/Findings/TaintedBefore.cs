// TaintedBefore: the taint flags remember trouble that the log has lost.
using VaQuest.Diagnosis.Explain;
using VaQuest.Diagnosis.Reports;

namespace VaQuest.Diagnosis.Findings;

/// <summary>Flags whose report is not in the log any more.</summary>
internal static class TaintedBefore
{
    public static readonly FindingRule Rule = new()
    {
        Id = "taint-without-report",
        Severity = FindingSeverity.Warning,
        Title = "The taint flags tell of trouble that the log no longer holds",
        Meaning = "The kernel sets a taint flag when it warns, dies, locks up, meets a bad page or a machine check, and never takes it back. "
            + "The flag is set and the log has no such report: it was overwritten, or cleared.",
        Evidence = "The kernel's taint mask against the whole log. Flags that the crash itself sets do not count; a log that still begins with its first record has lost nothing.",
        Advice = "Look for the missing report in the journal or on the console of the machine: it came before everything that this log holds.",
        Check = Check,
    };

    private static readonly Trace[] s_flags =
    [
        new("machine-check", FindingSeverity.Warning, "a machine check", ["Hardware Error", "Machine Check", "achine check"]),
        new("bad-page", FindingSeverity.Warning, "a bad page or corrupt memory", ["Bad page", "KASAN", "KFENCE", "(Tainted", "(Not tainted)", "Slab corruption", "BUG "]),
        new("soft-lockup", FindingSeverity.Warning, "a soft lockup", ["soft lockup"]),
        new("died", FindingSeverity.Warning, "an oops", ["Oops", "BUG", "general protection", "divide error", "Internal error", "[#"]),
        new("warned", FindingSeverity.Note, "a warning", ["WARNING", "------------[ cut here ]", "refcount_t", "UBSAN"]),
    ];

    private static Finding? Check(FindingContext context)
    {
        // A log that still has its first record has lost nothing: the flag then has another story.
        bool hasLost = context.Material.Log is [{ Sequence: > 0 }, ..];
        if (!context.Material.Kernel.Taints.HasValue || !hasLost)
        {
            return null;
        }

        var lost = new List<Trace>();
        foreach (Trace flag in s_flags)
        {
            bool isSet = context.Material.Kernel.Taints.Value.Contains(flag.Flag);
            if (isSet && !IsOfTheCrash(flag.Flag, context.Record.Kind) && !IsInLog(context.Log, flag.Words))
            {
                lost.Add(flag);
            }
        }

        return lost.Count == 0 ? null : new Finding(
            Rule.Id,
            lost.MinBy(flag => FindingSeverity.Rank(flag.Severity))!.Severity,
            Rule.Title,
            $"Before the log begins there was {string.Join(" and ", lost.Select(flag => flag.What))}.",
            [.. lost.Select(flag => new Evidence($"taint flag {flag.Flag} is set; no line of the log tells of {flag.What}"))]);
    }

    private static bool IsOfTheCrash(string flag, PanicKind kind) => flag switch
    {
        "died" => PanicKinds.IsException(kind) || kind is PanicKind.SlabCorruption or PanicKind.DoubleFree or PanicKind.OutOfBounds,
        "machine-check" => kind == PanicKind.MachineCheck,
        "soft-lockup" => kind == PanicKind.SoftLockup,
        "warned" => kind == PanicKind.Warning,
        _ => kind is PanicKind.SlabCorruption or PanicKind.UseAfterFree or PanicKind.DoubleFree or PanicKind.OutOfBounds,
    };

    private static bool IsInLog(LogLines log, string[] words)
    {
        foreach (string line in log.Texts)
        {
            foreach (string word in words)
            {
                if (line.Contains(word, StringComparison.Ordinal))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>A taint flag and the words of which its report would have one.</summary>
    private sealed record Trace(string Flag, string Severity, string What, string[] Words);
}
