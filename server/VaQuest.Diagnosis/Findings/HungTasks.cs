// HungTasks: tasks that waited longer than the kernel calls normal.
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Text;

namespace VaQuest.Diagnosis.Findings;

/// <summary>Hung tasks by the log and by the tasks themselves.</summary>
internal static class HungTasks
{
    public static readonly FindingRule Rule = new()
    {
        Id = "hung-tasks",
        Severity = FindingSeverity.Warning,
        Title = "Hung tasks",
        Meaning = "Tasks waited without being interruptible for longer than the kernel's hung-task timeout: for a lock whose owner is stuck, or for I/O that does not end.",
        Evidence = "The kernel's hung-task lines before the crash, and tasks in state D whose last run on a CPU is longer ago than the timeout (sched_info.last_arrival against the run queues' clock).",
        Advice = "Look at where the longest waiting tasks wait (`vaquest bt --all --group`), then for the owner of that lock or the state of that device.",
        Patterns = [new("INFO: task ", " blocked for more than ")],
        Check = Check,
    };

    private static Finding? Check(FindingContext context)
    {
        List<LogHit> hits = context.Find(Rule.Patterns);
        HealthFacts health = context.Material.Health;
        List<BlockedTask> hung = [.. health.Blocked.Where(task => task.Seconds > health.HungSeconds).OrderByDescending(task => task.Seconds)];
        if (hits.Count == 0 && hung.Count == 0)
        {
            return null;
        }

        List<Evidence> evidence = FindingContext.EvidenceOf(hits);
        foreach (BlockedTask task in hung.Take(FindingContext.MaxEvidence))
        {
            evidence.Add(new Evidence(
                $"PID {Words.Number(task.Task.Pid)} {DumpText.Escape(task.Task.Comm)} last ran {Words.Duration(task.Seconds!.Value)} ago; it waits in {WaitPlaces.Of(task.Stack)}")
                { Address = task.Task.Address });
        }

        string log = hits.Count == 0 ? "" : $"The log holds {Words.Count(hits.Count, "hung-task report")}, {(hits.Count == 1 ? "" : "the first ")}{context.Before(hits[0].Record)}.";
        string now = hung.Count == 0 ? ""
            : FormattableString.Invariant($"{Words.Count(hung.Count, "task")} in state D did not run for more than {health.HungSeconds} s.");
        return new Finding(Rule.Id, Rule.Severity, Rule.Title, string.Join(' ', new[] { log, now }.Where(text => text.Length > 0)), evidence);
    }
}
