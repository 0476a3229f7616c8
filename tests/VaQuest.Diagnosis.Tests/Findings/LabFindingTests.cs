// LabFindingTests: no false alarms on healthy kernels, and one signature for one crash, over real dumps.
using VaQuest.Diagnosis.Findings;
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Sessions;
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.Diagnosis.Tests.Findings;

public sealed class LabFindingTests
{
    /// <summary>Findings that follow from what the scenarios are: unsigned modules outside the kernel's tree that smash stacks.</summary>
    private static readonly string[] s_scenarioRules =
        ["tainted-module-in-stack", "uncertain-frames", "incomplete-stack", "no-panic-stack", "hung-tasks", "earlier-trouble", "lockups", "rcu-stalls", "incomplete-dump",
            "memory-pressure", "corruption-reports", "corrupt-list", "taint-without-report"];

    /// <summary>A kernel that was asked to crash by SysRq is healthy, whatever its build.</summary>
    [LabTheory]
    [LabDumps(group: "*")]
    public void SaysNothingOfAHealthyKernelBeyondInformation(string kernel, string scenario)
    {
        if (scenario is not ("sysrq-c" or "browse-state"))
        {
            return;
        }

        foreach (bool hasDebugInfo in new[] { true, false })
        {
            Assert.All(Report(Lab.Find(kernel, scenario)!, "vmcore", hasDebugInfo).Findings, finding => Assert.Equal(FindingSeverity.Information, finding.Severity));
        }
    }

    /// <summary>No lab kernel has flipped bits, bad disks or failing clocks: a rule that says so is wrong.</summary>
    [LabTheory]
    [LabDumps]
    public void SaysNothingThatTheScenarioDidNotCause(string kernel, string scenario)
    {
        LabDump dump = Lab.Find(kernel, scenario)!;
        Assert.All(
            Report(dump, "vmcore", true).Findings.Where(finding => finding.Severity != FindingSeverity.Information),
            finding => Assert.True(s_scenarioRules.Contains(finding.Rule) || (finding.Rule, scenario) == ("hardware-errors", "machine-check"), finding.Rule));
    }

    [LabFact("6.1-cloud", "null-deref")]
    public void SignsOneCrashAlikeInEveryFormat()
    {
        LabDump dump = Lab.Find("6.1-cloud", "null-deref")!;
        string[] formats = ["vmcore", "vmcore.elf", "vmcore.flat", "vmcore.proc", "vmcore.zlib"];
        Assert.Equal(
            "null-pointer-dereference: lab_null:slot_store < lab_null:ring_submit < lab_null:lab_null_write < proc_reg_write",
            Assert.Single(formats.Where(format => dump.Find(format) is not null).Select(format => Report(dump, format, true).Signature).Distinct()));
    }

    /// <summary>The same module crashes in the same way in other boots, machines, dump programs and kernels.</summary>
    [LabTheory]
    [LabDumps(group: "*")]
    public void SignsTheSameCrashAlikeEverywhere(string kernel, string scenario)
    {
        if (scenario is "null-deref-4level" or "qemu-elf" or "qemu-elf-paging" or "qemu-kdump-zlib" or "null-deref")
        {
            Assert.Equal(
                "null-pointer-dereference: lab_null:slot_store < lab_null:ring_submit < lab_null:lab_null_write < proc_reg_write",
                Report(Lab.Find(kernel, scenario)!, "vmcore", false).Signature);
        }

        string? same = scenario switch
        {
            "double-free" => "bug: lab_corrupt:free_twice < lab_corrupt:misuse < lab_corrupt:lab_corrupt_write < proc_reg_write",
            "gpf" => "general-protection: lab_gpf:session_find < lab_gpf:lab_gpf_write < proc_reg_write < vfs_write",
            _ => null,
        };
        if (same is not null)
        {
            Assert.Equal(same, Report(Lab.Find(kernel, scenario)!, "vmcore", false).Signature);
        }
    }

    [LabFact("6.1-cloud", "null-deref")]
    public void SignsDifferentCrashesDifferently()
    {
        string[] scenarios = ["null-deref", "bug-inline", "gpf", "die-nx", "nx-data", "lab-values", "tail-unique", "timer-panic", "sysrq-c"];
        List<string> signatures = [.. scenarios.Select(name => Lab.Find("6.1-cloud", name)).OfType<LabDump>().Select(dump => Report(dump, "vmcore", false).Signature)];
        Assert.Equal(signatures.Count, signatures.Distinct().Count());
    }

    private static CrashReport Report(LabDump dump, string file, bool hasDebugInfo)
    {
        SessionOptions options = hasDebugInfo
            ? new SessionOptions { Vmlinux = dump.Vmlinux, DebugDirectories = [dump.PathOf("modules")] }
            : new SessionOptions { UseDebugInfo = false };
        using IDumpSession session = DumpSession.Open(dump.PathOf(file), options, CancellationToken.None);
        return session.GetCrashReport(CancellationToken.None);
    }
}
