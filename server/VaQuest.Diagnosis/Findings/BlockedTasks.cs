// BlockedTasks: tasks that cannot be interrupted, by the place where they wait.
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Text;

namespace VaQuest.Diagnosis.Findings;

/// <summary>Groups tasks in state D.</summary>
internal static class BlockedTasks
{
    /// <summary>PIDs named of one group.</summary>
    private const int MaxPids = 8;

    public static readonly FindingRule Rule = new()
    {
        Id = "blocked-tasks",
        Severity = FindingSeverity.Information,
        Title = "Tasks wait uninterruptibly",
        Meaning = "Tasks in state D at the crash, grouped by what they wait in. A few are usual; many in one place wait for the same lock or device. "
            + "Those that wait too long are hung-tasks.",
        Evidence = "The state and the stack of each task, at most 128 of them. The time is known only where the kernel keeps scheduling times.",
        Advice = "See all with `vaquest bt --all --group`. The task that holds what the largest group waits for is often not in state D itself.",
        Check = Check,
    };

    private static Finding? Check(FindingContext context)
    {
        HealthFacts health = context.Material.Health;
        if (health.Blocked.Count == 0)
        {
            return null;
        }

        var evidence = new List<Evidence>();
        List<IGrouping<string, BlockedTask>> groups = [.. health.Blocked.GroupBy(task => WaitPlaces.Of(task.Stack)).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal)];
        foreach (IGrouping<string, BlockedTask> group in groups.Take(FindingContext.MaxEvidence))
        {
            string pids = string.Join(", ", group.Select(task => task.Task.Pid).Order().Take(MaxPids).Select(pid => Words.Number(pid)));
            string longest = group.Max(task => task.Seconds) is { } seconds ? $", longest {Words.Duration(seconds)}" : "";
            evidence.Add(new Evidence($"{Words.Count(group.Count(), "task")} in {group.Key} (PID {pids}{(group.Count() > MaxPids ? ", …" : "")}{longest})"));
        }

        if (groups.Count > FindingContext.MaxEvidence)
        {
            int others = groups.Skip(FindingContext.MaxEvidence).Sum(group => group.Count());
            evidence.Add(new Evidence($"and {Words.Count(others, "task")} in {Words.Count(groups.Count - FindingContext.MaxEvidence, "other place")}"));
        }

        string more = health.BlockedCount > health.Blocked.Count ? FormattableString.Invariant($" The first {health.Blocked.Count} of them are grouped here.") : "";
        string text = $"{Words.Count(health.BlockedCount, "task")} {(health.BlockedCount == 1 ? "was" : "were")} in uninterruptible sleep.{more}";
        return new Finding(Rule.Id, Rule.Severity, Rule.Title, text, evidence);
    }
}
