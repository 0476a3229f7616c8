// TaskWarningTests: what a list of tasks says of processes whose lists of threads are broken.
using VaQuest.Binary;
using VaQuest.Kernel.Cpus;
using VaQuest.Kernel.Tasks;
using Xunit;

namespace VaQuest.Kernel.Tests.Tasks;

public sealed class TaskWarningTests
{
    private const ulong InitTask = 0x100000;

    private static readonly FakeTypes s_types = new("task_struct: pid comm tasks.next tasks.prev thread_group.next thread_group.prev");

    /// <summary>makedumpfile leaves out whole slabs of newer kernels' tasks: the reason is the same for all, and four lines tell it.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 3)]
    [InlineData(4, 4)]
    [InlineData(40, 4)]
    public void NamesAFewBrokenProcessesAndCountsTheRest(int broken, int lines)
    {
        var memory = new FakeKernelMemory();
        for (int i = 0; i <= broken; i++)
        {
            ulong task = TaskAt(i);
            ulong link = s_types.AddressOf(task, "task_struct", "tasks.next");
            s_types.Set(memory, task, "task_struct", "tasks.next", LinkOf(i == broken ? 0 : i + 1));
            memory.WriteUInt64(link + 8, LinkOf(i == 0 ? broken : i - 1));
            s_types.Set(memory, task, "task_struct", "thread_group.next", 0xdead0000);
            s_types.Set(memory, task, "task_struct", "thread_group.prev", 0xdead0000);
        }

        VirtAddr? Find(string name) => name == "init_task" ? new VirtAddr(InitTask) : null;
        TaskList tasks = TaskReader.Read(s_types.Over(memory), CpuTable.Read(memory.Reader, Find), Find, 4096);

        string[] told = [.. tasks.Warnings.Where(warning => warning.StartsWith("the threads of", StringComparison.Ordinal))];
        Assert.Equal(lines, told.Length);
        if (broken > 3)
        {
            Assert.StartsWith($"the threads of {broken - 3} more tasks are not all known", told[^1], StringComparison.Ordinal);
        }
    }

    private static ulong TaskAt(int index) => InitTask + ((ulong)index * 0x1000);

    private static ulong LinkOf(int index) => s_types.AddressOf(TaskAt(index), "task_struct", "tasks.next");
}
