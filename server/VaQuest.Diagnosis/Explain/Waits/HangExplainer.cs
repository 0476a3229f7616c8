// HangExplainer: the sentences of a report about lockups, hung tasks, RCU stalls and deadlocks.
using System.Globalization;
using System.Text.RegularExpressions;
using VaQuest.Diagnosis.Explain.OutOfMemory;
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Diagnosis.Explain.Waits;

/// <summary>Looks at the waits of tasks for the kinds of crashes that are about them, and at memory when it ran out. Other kinds cost nothing.</summary>
internal sealed partial class HangExplainer(OpenedDump opened, WaitAnalysis waits)
{
    /// <summary>Steps of a chain that a sentence follows; the rest is in `vaquest waits`.</summary>
    private const int MaxSteps = 5;

    private const int MaxDeadlocks = 2;

    /// <summary>The verdict's sentences for a crash, or null when its kind is none of these.</summary>
    public HangVerdict? Explain(PanicRecord record)
    {
        if (record.Kind == PanicKind.OutOfMemory)
        {
            return new OutOfMemoryExplainer(opened.Kernel).Explain();
        }

        bool isHang = record.Kind is PanicKind.HungTask or PanicKind.SoftLockup or PanicKind.HardLockup or PanicKind.RcuStall or PanicKind.Deadlock;
        if (!isHang || opened.Kernel.Tasks.Missing is not null)
        {
            return null;
        }

        WaitGraph graph = waits.GetForReport(CancellationToken.None);
        var sentences = new List<string>();
        var evidence = new List<Evidence>();
        switch (record.Kind)
        {
            case PanicKind.HungTask:
                AddHungTask(record, graph, sentences, evidence);
                break;
            case PanicKind.RcuStall:
                AddGracePeriod(graph, sentences, evidence);
                break;
            default:
                AddLockup(record, graph, sentences, evidence);
                break;
        }

        AddDeadlocks(graph, sentences, evidence);
        AddOthers(graph, sentences);
        if (graph.Waits.Count > 0)
        {
            sentences.Add($"All waits: {WaitGraphRenderer.Reference}.");
        }

        return new HangVerdict(sentences, evidence);
    }

    private void AddHungTask(PanicRecord record, WaitGraph graph, List<string> sentences, List<Evidence> evidence)
    {
        if (TaskOf(record.Message) is not { } task)
        {
            sentences.Add("The task that was reported is not among the tasks that could be read, so what it waits for is not known.");
            return;
        }

        if (graph.Find(task.Address) is not { } wait)
        {
            string activity = TaskActivity.Describe(task, waits.Reader.Value.StackOf(task));
            sentences.Add($"The task that was reported, {WaitWords.InSentence(task)}, {activity}; what it waits for could not be found.");
            return;
        }

        sentences.Add($"The task that was reported, {Chain(graph, wait, ",")}.");
        AddEvidence(graph.ChainOf(wait), evidence);
    }

    private void AddLockup(PanicRecord record, WaitGraph graph, List<string> sentences, List<Evidence> evidence)
    {
        int? cpu = CpuOf(record.Message) ?? record.Cpu;
        if (cpu is not { } stuck || opened.Kernel.Tasks.FindOnCpu(stuck) is not { } task)
        {
            return;
        }

        string since = Stuck().Match(record.Message ?? "") is { Success: true } match ? $", for {match.Groups[1].Value} s when it was reported" : "";
        if (graph.Find(task.Address) is not { } wait)
        {
            sentences.Add(FormattableString.Invariant(
                $"CPU {stuck} was busy with {WaitWords.InSentence(task)}{since}; it {TaskActivity.Describe(task, waits.Reader.Value.StackOf(task))} and waits for no lock itself."));
            return;
        }

        sentences.Add(FormattableString.Invariant($"CPU {stuck} spins{since}: {Chain(graph, wait, "")}."));
        AddEvidence(graph.ChainOf(wait), evidence);
    }

    private void AddGracePeriod(WaitGraph graph, List<string> sentences, List<Evidence> evidence)
    {
        TaskWait probe = waits.Reader.Value.ReadGracePeriod();
        if (probe.Holders.Count == 0)
        {
            sentences.Add($"Who holds the grace period up is not known: {probe.NoHolder}.");
            return;
        }

        foreach (WaitHolder holder in probe.Holders.Take(MaxSteps))
        {
            string activity = graph.Find(holder.Task.Address) is { } wait ? "waits itself: " + Chain(graph, wait, "")
                : TaskActivity.Describe(holder.Task, waits.Reader.Value.StackOf(holder.Task));
            sentences.Add($"The grace period is held up by {WaitWords.InSentence(holder.Task)}, which {activity}.");
            evidence.Add(new Evidence($"{WaitWords.Of(holder.Task)}: {holder.How}") { Address = holder.Task.Address });
        }
    }

    private static void AddDeadlocks(WaitGraph graph, List<string> sentences, List<Evidence> evidence)
    {
        foreach (Deadlock deadlock in graph.Deadlocks.Take(MaxDeadlocks))
        {
            IEnumerable<string> steps = deadlock.Waits.Take(MaxSteps).Select(wait => $"{WaitWords.InSentence(wait.Task)} waits for {wait.What}");
            string how = deadlock.IsCertain ? "This is a deadlock: " : "This looks like a deadlock, though not every holder is recorded: ";
            string end = deadlock.IsCertain ? ", each held by the next and the last by the first" : ", each of them perhaps held by the next and the last by the first";
            sentences.Add(how + string.Join(", ", steps) + (deadlock.Waits.Count > MaxSteps ? ", …" : "") + end + ".");
            AddEvidence(deadlock.Waits, evidence);
        }
    }

    private static void AddOthers(WaitGraph graph, List<string> sentences)
    {
        // The end of the reported task's own chain has been told already.
        foreach (RootBlocker root in graph.Roots.Where(root => !sentences.Any(sentence => sentence.Contains(WaitWords.InSentence(root.Task) + ", which", StringComparison.Ordinal))).Take(1))
        {
            string how = root.Behind.Any(wait => wait.Holders.All(holder => !holder.IsCertain)) ? ", as far as can be told," : "";
            string tasks = root.Behind.Count == 1 ? "1 task waits" : $"{Words.Count(root.Behind.Count, "task")} wait";
            sentences.Add($"{tasks}{how} behind {WaitWords.InSentence(root.Task)}, which {root.Activity}.");
        }
    }

    // "lab-waiter (PID 112) waits in wait_for_lock (…) for the mutex lock, held by lab-holder (PID 111), which sleeps in …"
    private string Chain(WaitGraph graph, TaskWait start, string comma)
    {
        IReadOnlyList<TaskWait> chain = graph.ChainOf(start);
        var text = new System.Text.StringBuilder(WaitWords.InSentence(start.Task) + comma + " ");
        for (int i = 0; i < chain.Count && i < MaxSteps; i++)
        {
            TaskWait wait = chain[i];
            string place = wait.Caller is null ? "" : " in " + WaitWords.Of(wait.Caller);
            text.Append(CultureInfo.InvariantCulture, $"waits{place} for {wait.What}{(wait.Mode is "reader" or "writer" ? $" as a {wait.Mode}" : "")}");
            if (wait.Holders.Count == 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"; {wait.NoHolder}");
                return text.ToString();
            }

            WaitHolder holder = i + 1 < chain.Count ? wait.Holders.First(candidate => candidate.Task.Address == chain[i + 1].Task.Address) : wait.Holders[0];
            text.Append(CultureInfo.InvariantCulture, $", {WaitWords.Relation(wait, holder)} {WaitWords.InSentence(holder.Task)}, which ");
            if (i + 1 >= chain.Count)
            {
                bool isCircle = chain.Any(step => step.Task.Address == holder.Task.Address);
                text.Append(isCircle ? "is in this chain already" : TaskActivity.Describe(holder.Task, waits.Reader.Value.StackOf(holder.Task)));
                return text.ToString();
            }
        }

        return text.Append("waits in turn").ToString();
    }

    private static void AddEvidence(IEnumerable<TaskWait> chain, List<Evidence> evidence)
    {
        foreach (TaskWait wait in chain.Take(MaxSteps))
        {
            if (wait.Lock is { } state && wait.Proof.Length > 0)
            {
                evidence.Add(new Evidence($"{WaitWords.Of(wait.Task)}: {wait.Proof}; {WaitWords.Of(state.Kind)}: {state.State}")
                {
                    Address = state.Address,
                    File = wait.Caller?.Source is { } source ? Sources.SourcePaths.Shorten(source) : null,
                    Line = wait.Caller?.Source is { Line: > 0 } place ? place.Line : null,
                });
            }

            foreach (WaitHolder holder in wait.Holders.Take(MaxSteps))
            {
                evidence.Add(new Evidence($"{WaitWords.Relation(wait, holder)} {WaitWords.Of(holder.Task)}: {holder.How}") { Address = holder.Task.Address });
            }
        }
    }

    // "INFO: task lab-waiter:112 blocked for more than 3 seconds."
    private KernelTask? TaskOf(string? message) =>
        Blocked().Match(message ?? "") is { Success: true } match && int.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int pid)
            ? opened.Kernel.Tasks.FindByPid(pid) : null;

    // "watchdog: BUG: soft lockup - CPU#1 stuck for 8s! [lab-station:117]", "Watchdog detected hard LOCKUP on cpu 0"
    private static int? CpuOf(string? message) =>
        Cpu().Match(message ?? "") is { Success: true } match && int.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int cpu) ? cpu : null;

    [GeneratedRegex(@"^INFO: task .*:(\d{1,9}) blocked for more than ")]
    private static partial Regex Blocked();

    [GeneratedRegex(@"(?:CPU#|on cpu |CPU)(\d{1,5})\b")]
    private static partial Regex Cpu();

    [GeneratedRegex(@"stuck for (\d{1,9})s")]
    private static partial Regex Stuck();
}
