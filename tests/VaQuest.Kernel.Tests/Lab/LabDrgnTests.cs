// LabDrgnTests: stacks of all tasks of real dumps against drgn's, frame by frame.
using VaQuest.Dumps;
using VaQuest.Kernel.Tasks;
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.Kernel.Tests.Lab;

public sealed class LabDrgnTests
{
    /// <summary>
    /// Of tasks that sleep, drgn and we have the same frames to the last. Of the tasks on a CPU drgn's is a beginning of ours: it does not
    /// go on where an interrupt or an exception switched stacks. A dead task's stack was freed: drgn reads what is there now, we do not.
    /// </summary>
    [LabDrgnTheory("6.1-cloud", "null-deref", "timer-panic-busy", "many-tasks")]
    [InlineData("6.1-cloud", "null-deref", 1)]
    [InlineData("6.1-cloud", "timer-panic-busy", 1)]
    [InlineData("6.1-cloud", "many-tasks", 10)]
    public void UnwindsAsDrgnDoes(string kernel, string scenario, int every)
    {
        LabDump lab = VaQuest.TestKit.Lab.Find(kernel, scenario)!;
        IReadOnlyDictionary<int, IReadOnlyList<ulong>> theirs = LabDrgn.Unwind(lab, every);
        using Vmcore dump = VmcoreFile.Open(lab.Vmcore);
        LinuxKernel linux = LinuxKernel.Open(dump);
        int compared = 0;
        foreach (KernelTask task in linux.Tasks.All.Where(IsAsked))
        {
            ulong[] ours = [.. linux.Stacks.Unwind(task).Frames.Select(frame => frame.Pc.Value)];
            Assert.True(theirs.TryGetValue(task.Pid, out IReadOnlyList<ulong>? frames), $"drgn has no task {task.Pid} {task.Comm}");
            ulong[] expected = task.State is "Z" or "X" ? [] : [.. frames];
            ulong[] comparable = task.IsOnCpu ? [.. ours.Take(expected.Length)] : ours;
            Assert.True(expected.SequenceEqual(comparable), $"{task.Pid} {task.Comm} {task.State}:\n{Text(expected)}\n{Text(ours)}");
            compared += expected.Length > 2 ? 1 : 0;
        }

        Assert.True(compared > 30, $"only {compared} stacks were compared");
        Assert.Equal(theirs.Count, linux.Tasks.All.Count(IsAsked));

        bool IsAsked(KernelTask task) => task.Pid != 0 && task.Pid % every == 0;
    }

    private static string Text(IEnumerable<ulong> addresses) => string.Join(' ', addresses.Select(address => address.ToString("x")));
}
