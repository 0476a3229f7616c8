// Deadlocks: tasks that wait for each other in a circle.
using VaQuest.Diagnosis.Explain.Waits;
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Text;

namespace VaQuest.Diagnosis.Findings;

/// <summary>Circles that the locks' owner words prove.</summary>
internal static class Deadlocks
{
    public static readonly FindingRule Rule = new()
    {
        Id = "deadlocks",
        Severity = FindingSeverity.Error,
        Title = "Deadlock",
        Meaning = "Tasks wait for locks in a circle: each has what the one before it waits for, so none of them ever goes on, nor does anything that needs one of these locks.",
        Evidence = "What each task in the circle waits for, and the lock's owner as the lock itself records it. Circles over holders that are only guessed, as those of spinlocks are, do not count. "
            + "Looked for when the crash is a hang, or was asked for; not after other crashes.",
        Advice = "Compare the order in which the tasks take their locks: the lines of the evidence are where each takes its second one. `vaquest waits` shows who else waits behind them.",
        Check = Check,
    };

    private static Finding? Check(FindingContext context)
    {
        IReadOnlyList<Deadlock> deadlocks = context.Panic.Deadlocks;
        if (deadlocks.Count == 0)
        {
            return null;
        }

        var evidence = new List<Evidence>();
        foreach (TaskWait wait in deadlocks[0].Waits.Take(FindingContext.MaxEvidence))
        {
            string place = wait.Caller is null ? "" : " in " + WaitWords.Of(wait.Caller);
            string holder = wait.Holders.Count == 0 ? "" : $", {WaitWords.Relation(wait, wait.Holders[0])} {WaitWords.Of(wait.Holders[0].Task)}";
            evidence.Add(new Evidence($"{WaitWords.Of(wait.Task)} waits{place} for {wait.What}{holder}")
            {
                Address = wait.LockAddress,
                File = wait.Caller?.Source is { } source ? Sources.SourcePaths.Shorten(source) : null,
                Line = wait.Caller?.Source is { Line: > 0 } at ? at.Line : null,
            });
        }

        string more = deadlocks.Count == 1 ? "" : $" It is the first of {Words.Number(deadlocks.Count)} circles.";
        string behind = deadlocks[0].Behind.Count == 0 ? "" : $"; {Words.Count(deadlocks[0].Behind.Count, "more task")} {(deadlocks[0].Behind.Count == 1 ? "waits" : "wait")} behind them";
        string text = deadlocks[0].Waits.Count == 1 ? $"A task waits for what it has itself{behind}.{more}" : $"{Words.Count(deadlocks[0].Waits.Count, "task")} wait for each other in a circle{behind}.{more}";
        return new Finding(Rule.Id, Rule.Severity, Rule.Title, text, evidence);
    }
}
