// LabKernelTests: real dumps against what their kernels said themselves.
using Newtonsoft.Json.Linq;
using VaQuest.Dumps;
using VaQuest.Kernel.Facts;
using VaQuest.Kernel.Tasks;
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.Kernel.Tests.Lab;

public sealed class LabKernelTests
{
    [LabTheory]
    [LabDumps]
    public void PrintsTheLogAsMakedumpfileDoes(string kernel, string scenario)
    {
        LabDump lab = VaQuest.TestKit.Lab.Find(kernel, scenario)!;
        using Vmcore dump = VmcoreFile.Open(lab.Vmcore);

        // makedumpfile indents further lines of a record as we do. Dumps made by QEMU have the guest's console as witness: it repeats the time
        // on further lines and leaves out what is below its level.
        string[] expected = File.ReadAllText(lab.PathOf("dmesg.txt")).Split('\n');
        string[] actual = LinuxKernel.Open(dump).Log.Text.Split('\n');
        bool isWhole = !scenario.StartsWith("qemu", StringComparison.Ordinal);
        int next = 0;
        foreach (string line in actual)
        {
            bool isNext = next < expected.Length && (IsIndented(line) ? WithoutTime(expected[next]) : expected[next]) == line;
            Assert.True(isNext || !isWhole, line);
            next += isNext ? 1 : 0;
        }

        Assert.Equal(expected.Length, next);
    }

    [LabTheory]
    [LabDumps]
    public void KnowsWhatIsTrueOfTheMachine(string kernel, string scenario)
    {
        LabDump lab = VaQuest.TestKit.Lab.Find(kernel, scenario)!;
        using Vmcore dump = VmcoreFile.Open(lab.Vmcore);
        LinuxKernel linux = LinuxKernel.Open(dump);
        SystemFacts facts = linux.Facts;
        JObject truth = lab.Truth;

        Assert.Equal((string?)truth["release"], facts.Release);
        Assert.Equal((string?)truth["buildId"], facts.BuildId);
        Assert.Equal((string?)truth["kaslrOffset"], "0x" + facts.KaslrOffset!.Value.ToString("x"));
        Assert.Equal(string.Concat(truth["taints"]!.Select(letter => (string)letter!)), TaintNames.Letters(facts.TaintMask!.Value).Replace("D", ""));
        Assert.Equal(truth["modules"]!.Select(name => (string)name!), linux.Modules.Select(module => module.Name));
        Assert.Equal((int?)truth["cpu"], facts.PanicCpu);
        KernelTask? task = linux.Tasks.FindOnCpu(facts.PanicCpu!.Value);
        Assert.True(task is not null || IsFiltered(linux), "the panicking task is not there");
        Assert.True(task is null || ((int?)truth["pid"], (string?)truth["comm"]) == (task.Pid, task.Comm), $"{task?.Pid} {task?.Comm}");
        Assert.InRange(facts.UptimeSeconds!.Value, 1, 3600);
    }

    [LabTheory]
    [LabDumps]
    public void FindsEveryTaskAndWhatItNeeds(string kernel, string scenario)
    {
        using Vmcore dump = VmcoreFile.Open(VaQuest.TestKit.Lab.Find(kernel, scenario)!.Vmcore);
        LinuxKernel linux = LinuxKernel.Open(dump);

        Assert.InRange(linux.Tasks.All.Count, IsFiltered(linux) ? 2 : 40, 1000);
        Assert.All(linux.Tasks.All, task => Assert.NotNull(task.Stack));
        Assert.True(IsFiltered(linux) || linux.Coverage.All(entry => entry.State == CoverageState.Full), string.Join('\n', linux.Coverage));
    }

    [LabTheory]
    [LabDumps(file: "vmcore.incomplete")]
    public void ReadsWhatAnIncompleteDumpHolds(string kernel, string scenario)
    {
        using Vmcore dump = VmcoreFile.Open(VaQuest.TestKit.Lab.Find(kernel, scenario)!.PathOf("vmcore.incomplete"));
        LinuxKernel linux = LinuxKernel.Open(dump);

        _ = (linux.Log, linux.Modules, linux.Tasks, linux.Facts, linux.Registers, linux.Stacks.UnwindCpu(0));

        Assert.Contains(linux.Coverage, entry => entry.State != CoverageState.Full);
        Assert.NotNull(linux.Facts.Release);
    }

    /// <summary>
    /// makedumpfile 1.7.2 does not know how kernels since 6.10 mark slab pages and leaves out pages that it should keep: such a dump says so
    /// in its coverage, and its tasks cannot all be there.
    /// </summary>
    private static bool IsFiltered(LinuxKernel linux) =>
        linux.Tasks.Warnings.Any(warning => warning.Contains("excluded", StringComparison.Ordinal) || warning.Contains("not in the dump", StringComparison.Ordinal));

    private static bool IsIndented(string line) => line.StartsWith("               ", StringComparison.Ordinal);

    private static string WithoutTime(string line) =>
        line.StartsWith('[') ? new string(' ', 15) + line[15..] : line;
}
