// HangExplainer: the sentences of a report about lockups, hung tasks, RCU stalls and deadlocks.
using System.Globalization;
using System.Text.RegularExpressions;
using VaQuest.Diagnosis.Explain.Fault;
using VaQuest.Diagnosis.Explain.OutOfMemory;
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Health;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Diagnosis.Explain.Waits;

/// <summary>Looks at the waits of tasks for the kinds of crashes that are about them, and at memory when it ran out. Other kinds cost nothing.</summary>
internal sealed partial class HangExplainer(OpenedDump opened, WaitAnalysis waits)
{
    /// <summary>Steps of a chain that a sentence follows; the rest is in `vaquest waits`.</summary>
    private const int MaxSteps = 5;

    private const int MaxDeadlocks = 2;

    private static readonly string Shown = CertaintyNames.NameOf(Certainty.Shown);
    private static readonly string Consistent = CertaintyNames.NameOf(Certainty.Consistent);

    /// <summary>Ends of chains that the verdict of a dump that was asked for tells.</summary>
    private const int MaxEnds = 3;

    /// <summary>The verdict's sentences for a crash, or null when its kind is none of these.</summary>
    public HangVerdict? Explain(PanicRecord record, CrashMaterial material)
    {
        if (record.Kind == PanicKind.OutOfMemory)
        {
            return new OutOfMemoryExplainer(opened.Kernel).Explain();
        }

        if (opened.Kernel.Tasks.Missing is not null)
        {
            return null;
        }

        if (record.Kind is PanicKind.Sysrq or PanicKind.Nmi || record.Message is null)
        {
            return ExplainRequested(record, material);
        }

        if (record.Kind is not (PanicKind.HungTask or PanicKind.SoftLockup or PanicKind.HardLockup or PanicKind.RcuStall or PanicKind.Deadlock))
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

        return new HangVerdict(sentences, evidence) { Deadlocks = Proved(graph) };
    }

    // Somebody wanted a dump: of a machine that hangs, or of one that does not, and then nothing is said. Only the tasks that cannot be
    // interrupted, the CPUs, and who holds them up are looked at.
    private HangVerdict? ExplainRequested(PanicRecord record, CrashMaterial material)
    {
        HealthFacts health = material.Health;
        if (health.Blocked.Count == 0 && health.Stuck.Count == 0)
        {
            return null;
        }

        List<KernelTask> tasks = [.. health.Blocked.Select(blocked => blocked.Task)];
        tasks.AddRange(health.Stuck.Select(stuck => opened.Kernel.Tasks.FindOnCpu(stuck.Cpu)).OfType<KernelTask>());
        WaitGraph graph = waits.GetOf(tasks, CancellationToken.None);
        IReadOnlyList<Deadlock> deadlocks = Proved(graph);
        List<BlockedTask> hung = [.. health.Blocked.Where(task => task.Seconds > health.HungSeconds).OrderByDescending(task => task.Seconds)];
        if (deadlocks.Count == 0 && hung.Count == 0 && health.Stuck.Count == 0)
        {
            return null;
        }

        var sentences = new List<string> { Lead(record, health, deadlocks, hung) };
        var evidence = new List<Evidence>();
        foreach (StuckCpu stuck in health.Stuck.Take(MaxDeadlocks))
        {
            AddStuck(stuck, graph, sentences, evidence);
        }

        AddDeadlocks(graph, sentences, evidence);
        AddEnds(graph, hung, sentences, evidence);
        sentences.Add($"All waits: {WaitGraphRenderer.Reference}.");
        return new HangVerdict(sentences, evidence) { Deadlocks = deadlocks, IsCause = true };
    }

    private static IReadOnlyList<Deadlock> Proved(WaitGraph graph) => [.. graph.Deadlocks.Where(deadlock => deadlock.IsCertain)];

    private static string Lead(PanicRecord record, HealthFacts health, IReadOnlyList<Deadlock> deadlocks, List<BlockedTask> hung)
    {
        var parts = new List<string>();
        if (health.Stuck.Count > 0)
        {
            StuckCpu first = health.Stuck[0];
            parts.Add(health.Stuck.Count == 1
                ? FormattableString.Invariant($"CPU {first.Cpu} did not schedule for {first.Seconds} s")
                : FormattableString.Invariant($"{health.Stuck.Count} CPUs did not schedule for more than {first.Limit} s"));
        }

        if (deadlocks.Count > 0)
        {
            parts.Add(deadlocks[0].Waits.Count == 1 ? "a task waits for what it has itself" : $"{Words.Count(deadlocks[0].Waits.Count, "task")} are in a deadlock");
        }

        if (hung.Count > 0)
        {
            string longest = $"{WaitWords.InSentence(hung[0].Task)} for {Words.Duration(hung[0].Seconds!.Value)}";
            parts.Add(hung.Count == 1 ? $"{longest.Replace(") for ", ") was blocked for ", StringComparison.Ordinal)}"
                : FormattableString.Invariant($"{hung.Count} tasks were blocked for more than {health.HungSeconds} s, the longest, {longest}"));
        }

        return (record.Message is null ? "Something hangs: " : "Something hung before that: ") + string.Join(", and ", parts) + ".";
    }

    private void AddStuck(StuckCpu stuck, WaitGraph graph, List<string> sentences, List<Evidence> evidence)
    {
        if (opened.Kernel.Tasks.FindOnCpu(stuck.Cpu) is not { } task)
        {
            return;
        }

        if (graph.Find(task.Address) is not { } wait)
        {
            sentences.Add($"{WaitWords.InSentence(task)} {TaskActivity.Describe(task, waits.Reader.Value.StackOf(task))} and waits for no lock itself.");
            return;
        }

        sentences.Add(FormattableString.Invariant($"CPU {stuck.Cpu} spins: {Chain(graph, wait, "")}."));
        AddEvidence(graph.ChainOf(wait), evidence);
    }

    // The ends of the chains that hung tasks wait in; and hung tasks that wait for nobody, those for a disk first.
    private void AddEnds(WaitGraph graph, List<BlockedTask> hung, List<string> sentences, List<Evidence> evidence)
    {
        var isHung = new HashSet<ulong>(hung.Select(task => task.Task.Address.Value));
        foreach (RootBlocker root in graph.Roots.Where(root => root.Behind.Any(wait => isHung.Contains(wait.Task.Address.Value))).Take(MaxEnds))
        {
            sentences.Add(Behind(root));
            AddEvidence(root.Wait is { } own ? [own, root.Behind[0]] : [root.Behind[0]], evidence);
        }

        IEnumerable<TaskWait> alone = graph.Waits.Where(wait => isHung.Contains(wait.Task.Address.Value) && wait.Holders.Count == 0 && graph.WaitersOf(wait.Task.Address).Count == 0);
        foreach (TaskWait wait in alone.OrderBy(wait => wait.Io is null).ThenByDescending(wait => wait.Seconds ?? 0).Take(Math.Max(0, MaxEnds - sentences.Count + 1)))
        {
            sentences.Add(Chain(graph, wait, "") + ".");
            AddEvidence([wait], evidence);
        }
    }

    private static string Behind(RootBlocker root)
    {
        string how = root.Behind.Any(wait => wait.Holders.All(holder => !holder.IsCertain)) ? ", as far as can be told," : "";
        string tasks = root.Behind.Count == 1 ? "1 task waits" : $"{Words.Count(root.Behind.Count, "task")} wait";
        string why = root.Wait is { Io: { } io } ? $", for {io.Text}" : root.Wait is { Class: not WaitClass.Timer, NoHolder: { } none } own ? $", for {own.What}; {none}" : "";
        return $"{tasks}{how} behind {WaitWords.InSentence(root.Task)}, which {root.Activity}{why}.";
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
        if (cpu is not { } stuck)
        {
            return;
        }

        if (opened.Kernel.Tasks.FindOnCpu(stuck) is not { } task)
        {
            sentences.Add(FormattableString.Invariant($"Which lock CPU {stuck} may wait for is not known: the task that it executed is not among those that could be read."));
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
            evidence.Add(new Evidence($"{WaitWords.Of(holder.Task)}: {holder.How}") { Degree = holder.IsCertain ? Shown : Consistent, Address = holder.Task.Address });
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
            sentences.Add(Behind(root));
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
            if (wait.Io is { } io)
            {
                evidence.Add(new Evidence($"{WaitWords.Of(wait.Task)} needs {io.Text}: {io.How}") { Degree = Shown, Address = io.Request });
            }

            if (wait.Lock is { } state && wait.Proof.Length > 0)
            {
                evidence.Add(new Evidence($"{WaitWords.Of(wait.Task)}: {wait.Proof}; {WaitWords.Of(state.Kind)}: {state.State}")
                {
                    Degree = wait.IsProved ? Shown : Consistent,
                    Address = state.Address,
                    File = wait.Caller?.Source is { } source ? Sources.SourcePaths.Shorten(source) : null,
                    Line = wait.Caller?.Source is { Line: > 0 } place ? place.Line : null,
                });
            }

            foreach (WaitHolder holder in wait.Holders.Take(MaxSteps))
            {
                evidence.Add(new Evidence($"{WaitWords.Relation(wait, holder)} {WaitWords.Of(holder.Task)}: {holder.How}") { Degree = holder.IsCertain ? Shown : Consistent, Address = holder.Task.Address });
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
