// HeldLockReaderTests: the locks that lockdep recorded for a task, in fake memory.
using VaQuest.Binary;
using VaQuest.Kernel.Locks;
using Xunit;

namespace VaQuest.Kernel.Tests.Locks;

public sealed class HeldLockReaderTests
{
    private const ulong Task = 0xffff888000010000;
    private const ulong Map = 0xffff888000020000;
    private const ulong Name = 0xffff888000030000;

    private readonly FakeKernelMemory _memory = new();

    private readonly FakeTypes _types = new("task_struct: lockdep_depth held_locks", "held_lock: instance acquire_ip", "lockdep_map: key name");

    [Fact]
    public void ListsThemInTheOrderInWhichTheyWereTaken()
    {
        Hold(0, Map, 0xffffffff81000010);
        Hold(1, Map + 64, 0xffffffff81000020);
        _types.Set(_memory, Task, "task_struct", "lockdep_depth", 2);
        _types.Set(_memory, Map, "lockdep_map", "name", Name);
        _types.Set(_memory, Map + 64, "lockdep_map", "name", Name + 0x100000);
        _memory.Write(Name, "rtnl_mutex\0"u8);

        IReadOnlyList<HeldLock> held = HeldLockReader.Read(_types.Over(_memory), new VirtAddr(Task), out string? missing);
        Assert.Null(missing);
        Assert.Equal([new HeldLock(new VirtAddr(Map), "rtnl_mutex", new VirtAddr(0xffffffff81000010)), new HeldLock(new VirtAddr(Map + 64), null, new VirtAddr(0xffffffff81000020))], held);
    }

    [Fact]
    public void SaysThatTheKernelDoesNotRecordThem()
    {
        var without = new FakeTypes("task_struct: pid");
        Assert.Empty(HeldLockReader.Read(without.Over(_memory), new VirtAddr(Task), out string? missing));
        Assert.Contains("CONFIG_LOCKDEP is off", missing, StringComparison.Ordinal);
    }

    [Fact]
    public void NeverTakesAMissingPageForNone()
    {
        Assert.Empty(HeldLockReader.Read(_types.Over(_memory), new VirtAddr(Task), out string? missing));
        Assert.NotNull(missing);
    }

    [Fact]
    public void EndsOnADepthThatCannotBeRight()
    {
        for (int i = 0; i < 200; i++)
        {
            Hold(i, Map, 0xffffffff81000010);
        }

        _types.Set(_memory, Task, "task_struct", "lockdep_depth", ulong.MaxValue);
        Assert.Equal(128, HeldLockReader.Read(_types.Over(_memory), new VirtAddr(Task), out string? missing).Count);
        Assert.Contains("cannot be right", missing, StringComparison.Ordinal);
    }

    private void Hold(int index, ulong map, ulong where)
    {
        ulong entry = _types.AddressOf(Task, "task_struct", "held_locks") + ((ulong)index * 16);
        _types.Set(_memory, entry, "held_lock", "instance", map);
        _types.Set(_memory, entry, "held_lock", "acquire_ip", where);
    }
}
