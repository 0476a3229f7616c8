// FindingContext: what a rule may look at.
using VaQuest.Diagnosis.Explain;
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Log;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Findings;

/// <summary>The material of a report and what was concluded from it so far. Rules look only at the log before the crash: what comes later is its echo.</summary>
internal sealed class FindingContext
{
    /// <summary>Lines of a finding; the log has the others.</summary>
    public const int MaxEvidence = 6;

    /// <param name="material">The dump's facts.</param>
    /// <param name="panic">What was concluded from them.</param>
    /// <param name="record">The crash as the log tells it.</param>
    /// <param name="log">The log as lines.</param>
    /// <param name="stack">The panic stack, or null.</param>
    public FindingContext(CrashMaterial material, PanicFacts panic, PanicRecord record, LogLines log, StackTrace? stack)
    {
        Material = material;
        Panic = panic;
        Record = record;
        Log = log;
        PanicStack = stack;
    }

    public CrashMaterial Material { get; }

    public PanicFacts Panic { get; }

    public PanicRecord Record { get; }

    public LogLines Log { get; }

    public StackTrace? PanicStack { get; }

    /// <summary>Lines before the crash's own message that match one of the patterns, oldest first.</summary>
    public List<LogHit> Find(IReadOnlyList<LogPattern> patterns)
    {
        int end = Record.Index >= 0 ? Record.Index : Log.Texts.Count;
        var hits = new List<LogHit>();
        for (int i = 0; i < end; i++)
        {
            foreach (LogPattern pattern in patterns)
            {
                if (pattern.Matches(Log.Texts[i]))
                {
                    hits.Add(new LogHit(i, Log.Texts[i], Material.Log[Log.Origins[i]]));
                    break;
                }
            }
        }

        return hits;
    }

    /// <summary>The first lines as evidence, and how many more there are.</summary>
    public static List<Evidence> EvidenceOf(IReadOnlyList<LogHit> hits)
    {
        var evidence = new List<Evidence>();
        foreach (LogHit hit in hits.Take(MaxEvidence))
        {
            evidence.Add(new Evidence($"[{LogText.Timestamp(hit.Record)}] {DumpText.Escape(hit.Line)}"));
        }

        if (hits.Count > MaxEvidence)
        {
            evidence.Add(new Evidence(FormattableString.Invariant($"and {Words.Count(hits.Count - MaxEvidence, "more line")}")));
        }

        return evidence;
    }

    /// <summary>"12.3 s before the crash", or "before the end of the log" when the log holds no crash.</summary>
    public string Before(LogRecord record)
    {
        if (Record.Index < 0)
        {
            return "before the end of the log";
        }

        double crash = Material.Log[Log.Origins[Record.Index]].TimestampNanoseconds;
        return Words.Duration(Math.Max(0, (crash - record.TimestampNanoseconds) / 1e9)) + " before the crash";
    }
}
