// StuckProcessors: CPUs that did not schedule, where no watchdog's report ended the kernel.
using VaQuest.Diagnosis.Explain.Waits;
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Health;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Findings;

/// <summary>Soft and hard lockups by the watchdog's own time stamps.</summary>
internal static class StuckProcessors
{
    public static readonly FindingRule Rule = new()
    {
        Id = "stuck-cpus",
        Severity = FindingSeverity.Warning,
        Title = "CPUs do not schedule",
        Meaning = "A CPU executed kernel code for longer than the kernel's soft lockup limit without scheduling: it loops, or spins on a lock whose owner does not let go.",
        Evidence = "The time at which the soft lockup watchdog's job last ran on the CPU (watchdog_touch_ts) against the scheduler's clock. Silent when the watchdog is off, and when a lockup is the crash itself.",
        Advice = "Read what the CPU executes in its stack; `vaquest waits` says which lock it spins on and who may have it. On virtual machines look at steal time as well.",
        Check = Check,
    };

    private static Finding? Check(FindingContext context)
    {
        IReadOnlyList<StuckCpu> stuck = context.Material.Health.Stuck;
        if (stuck.Count == 0 || context.Record.Kind is PanicKind.SoftLockup or PanicKind.HardLockup)
        {
            return null;
        }

        var evidence = new List<Evidence>();
        foreach (StuckCpu cpu in stuck.Take(FindingContext.MaxEvidence))
        {
            StackTrace? stack = context.Material.Stacks.FirstOrDefault(candidate => candidate.Cpu == cpu.Cpu);
            string what = stack?.Task is { } task ? $"; {WaitWords.Of(task)} {TaskActivity.Describe(task, stack)}" : "";
            evidence.Add(new Evidence(FormattableString.Invariant($"CPU {cpu.Cpu} last scheduled {cpu.Seconds} s ago{what}")) { Address = stack?.Task?.Address });
        }

        return new Finding(
            Rule.Id, Rule.Severity, Rule.Title, FormattableString.Invariant($"{Words.Count(stuck.Count, "CPU")} did not schedule for more than {stuck[0].Limit} s."), evidence);
    }
}
