// LockStateTests: lock words against the bits of kernel/locking of Linux 6.1, by hand.
using VaQuest.Binary;
using VaQuest.Kernel.Locks;
using Xunit;

namespace VaQuest.Kernel.Tests.Locks;

public sealed class LockStateTests
{
    private const ulong Lock = 0xff1100000f000010;

    private readonly LockKernel _kernel = new();

    [Theory]
    [InlineData(0, "locked")]
    [InlineData(1, "locked, has waiters")]
    [InlineData(3, "locked, has waiters, to be handed to the first waiter")]
    [InlineData(5, "locked, has waiters, handed over but not taken yet")]
    public void ReadsAMutexOwnerBesideItsFlags(ulong flags, string state)
    {
        WriteMutex(LockKernel.Task(2) | flags);

        LockState mutex = _kernel.Read(LockKind.Mutex, Lock);

        Assert.Equal(new VirtAddr(LockKernel.Task(2)), mutex.Owner);
        Assert.True(mutex.IsOwnerExact);
        Assert.Equal(state, mutex.State);
        Assert.Empty(mutex.Damage);
    }

    [Theory]
    [InlineData(0, "unlocked")]
    [InlineData(1, "unlocked, has waiters")]
    public void DoesNotTakeFlagsForAnOwner(ulong word, string state)
    {
        WriteMutex(word);

        LockState mutex = _kernel.Read(LockKind.Mutex, Lock);

        Assert.Null(mutex.Owner);
        Assert.False(mutex.IsHeld);
        Assert.Equal("it is unlocked", mutex.NoOwner);
        Assert.Equal(state, mutex.State);
    }

    [Fact]
    public void TellsThatAnOwnerIsNoTask()
    {
        WriteMutex(0xff11dead00000000);

        Assert.Contains("names no task of this dump", Assert.Single(_kernel.Read(LockKind.Mutex, Lock).Damage));
    }

    [Fact]
    public void TellsThatALockIsNotInTheDump()
    {
        LockState mutex = _kernel.Read(LockKind.Mutex, 0xff11000044440000);

        Assert.Equal("unknown", mutex.State);
        Assert.Contains("is not in the dump", mutex.NoOwner);
    }

    [Fact]
    public void ReadsTheWaitersOfAMutexInOrder()
    {
        WriteMutex(LockKernel.Task(0) | 1);
        _kernel.Link(Lock + 16, Waiter(3), Waiter(1), Waiter(2));

        Assert.Equal([LockKernel.Task(3), LockKernel.Task(1), LockKernel.Task(2)], _kernel.Read(LockKind.Mutex, Lock).Waiters.Select(waiter => waiter.Task!.Value.Value));
    }

    [Fact]
    public void StopsAtACircleAmongWaiters()
    {
        WriteMutex(LockKernel.Task(0) | 1);
        _kernel.Link(Lock + 16, Waiter(3), Waiter(1), Waiter(2));
        _kernel.Memory.WriteUInt64(Waiter(2), Waiter(3));
        _kernel.Memory.WriteUInt64(Lock + 24, Waiter(3));

        LockState mutex = _kernel.Read(LockKind.Mutex, Lock);

        Assert.Equal(3, mutex.Waiters.Count);
        Assert.Contains("runs in a circle", Assert.Single(mutex.Damage));
    }

    [Theory]
    [InlineData(0x1, 0, 0, true, "locked by a writer", true)]
    [InlineData(0x3, 0, 0, true, "locked by a writer, has waiters", true)]
    [InlineData(0x102, 3, 1, false, "locked by 1 reader, has waiters", false)]
    [InlineData(0x306, 5, 3, false, "locked by 3 readers, has waiters, to be handed to the first waiter", false)]
    public void ReadsAnRwSemaphore(ulong count, ulong ownerFlags, int readers, bool isWritten, string state, bool isExact)
    {
        WriteRwSemaphore(count, LockKernel.Task(4) | ownerFlags);

        LockState semaphore = _kernel.Read(LockKind.RwSemaphore, Lock);

        Assert.Equal(new VirtAddr(LockKernel.Task(4)), semaphore.Owner);
        Assert.Equal(isExact, semaphore.IsOwnerExact);
        Assert.Equal(isWritten, semaphore.IsWriteHeld);
        Assert.Equal(readers == 0 ? null : readers, semaphore.Readers);
        Assert.Equal(state, semaphore.State);
    }

    /// <summary>up_read() leaves the last reader's name behind: an unlocked semaphore has no owner.</summary>
    [Fact]
    public void IgnoresWhatAReaderLeftBehind()
    {
        WriteRwSemaphore(0, LockKernel.Task(4) | 1);

        LockState semaphore = _kernel.Read(LockKind.RwSemaphore, Lock);

        Assert.Null(semaphore.Owner);
        Assert.False(semaphore.IsHeld);
    }

    [Fact]
    public void ReadsAnRtMutexOwnerBesideItsFlag()
    {
        _kernel.Memory.WriteUInt64(Lock + 8, 0);
        _kernel.Memory.WriteUInt64(Lock + 24, LockKernel.Task(1) | 1);

        LockState mutex = _kernel.Read(LockKind.RtMutex, Lock);

        Assert.Equal(new VirtAddr(LockKernel.Task(1)), mutex.Owner);
        Assert.Equal("locked, has waiters", mutex.State);
    }

    [Theory]
    [InlineData(0x00000000, "unlocked")]
    [InlineData(0x00000001, "locked")]
    [InlineData(0x00000101, "locked, one CPU is next in line")]
    [InlineData(0x00080101, "locked, one CPU is next in line, the last of the queue is CPU 1")]
    public void ReadsASpinlock(ulong word, string state)
    {
        _kernel.Memory.WriteUInt64(Lock, word);

        LockState spinlock = _kernel.Read(LockKind.SpinLock, Lock);

        Assert.Equal(state, spinlock.State);
        Assert.Null(spinlock.Owner);
        Assert.Equal((word & 0xff) != 0, spinlock.IsHeld);
    }

    [Fact]
    public void WalksTheQueueOfASpinlockFromItsFirst()
    {
        // CPU 0's node is ahead of CPU 1's, which the word names.
        _kernel.Memory.WriteUInt64(Lock, 0x00080001);
        ulong first = LockKernel.PerCpu + LockKernel.Qnodes;
        ulong second = first + 0x10000;
        _kernel.Memory.WriteUInt64(first, second);
        _kernel.Memory.WriteUInt64(first + 8, 1UL << 32);
        _kernel.Memory.WriteUInt64(second, 0);
        _kernel.Memory.WriteUInt64(second + 8, 1UL << 32);

        Assert.Equal([0, 1], _kernel.Read(LockKind.SpinLock, Lock).Waiters.Select(waiter => waiter.Cpu));
        Assert.True(_kernel.Locks.IsQueued(new VirtAddr(Lock), 1));
    }

    [Fact]
    public void TellsThatASpinlockNamesNoCpu()
    {
        _kernel.Memory.WriteUInt64(Lock, 0x01900001);

        Assert.Contains("which this machine does not have", Assert.Single(_kernel.Read(LockKind.SpinLock, Lock).Damage));
    }

    [Theory]
    [InlineData(0xff, true, 0, "locked by a writer")]
    [InlineData(0x100, false, 0, "unlocked, a writer waits")]
    [InlineData(0x500, false, 2, "locked by 2 readers, a writer waits")]
    public void ReadsAnRwLock(ulong word, bool isWritten, int readers, string state)
    {
        _kernel.Memory.WriteUInt64(Lock, word);

        LockState rwlock = _kernel.Read(LockKind.RwLock, Lock);

        Assert.Equal(isWritten, rwlock.IsWriteHeld);
        Assert.Equal(readers == 0 ? null : readers, rwlock.Readers);
        Assert.Equal(state, rwlock.State);
    }

    [Fact]
    public void FindsTheMutexOfAWaiterOnItsStack()
    {
        WriteMutex(LockKernel.Task(0) | 1);
        _kernel.Link(Lock + 16, Waiter(1), Waiter(2));

        StackWait? wait = _kernel.Scan(2, LockKind.Mutex);

        Assert.Equal(new VirtAddr(Lock), wait?.Lock);
        Assert.Equal(new VirtAddr(Waiter(2)), wait?.Waiter);
    }

    /// <summary>The same words without neighbours that point back are what an earlier wait left behind.</summary>
    [Fact]
    public void DoesNotBelieveAWaiterThatIsInNoQueue()
    {
        WriteMutex(LockKernel.Task(0) | 1);
        _kernel.Link(Lock + 16, Waiter(1));
        _kernel.Memory.WriteUInt64(Waiter(2), Lock + 16);
        _kernel.Memory.WriteUInt64(Waiter(2) + 8, Lock + 16);

        Assert.Null(_kernel.Scan(2, LockKind.Mutex));
    }

    [Fact]
    public void EndsAQueueThatHasNoHead()
    {
        _kernel.Link(Waiter(1), Waiter(2), Waiter(3));

        Assert.Null(_kernel.Scan(2, LockKind.Mutex));
    }

    /// <summary>A waiter whose task is not in the dump looks like the queue's head; the lock's own word tells them apart.</summary>
    [Fact]
    public void IsNotMisledByAWaiterOfAMissingTask()
    {
        const ulong stranger = 0xff2000000d003800;
        WriteMutex(LockKernel.Task(0) | 1);
        _kernel.Memory.WriteUInt64(stranger + 16, 0xff11000077770000);
        _kernel.Memory.WriteUInt64(stranger - 16, 0xff11000077770000);
        _kernel.Link(Lock + 16, Waiter(2), stranger);

        Assert.Equal(new VirtAddr(Lock), _kernel.Scan(2, LockKind.Mutex)?.Lock);
    }

    private void WriteMutex(ulong owner)
    {
        _kernel.Memory.WriteUInt64(Lock, owner);
        _kernel.Link(Lock + 16);
    }

    private void WriteRwSemaphore(ulong count, ulong owner)
    {
        _kernel.Memory.WriteUInt64(Lock, count);
        _kernel.Memory.WriteUInt64(Lock + 8, owner);
        _kernel.Link(Lock + 24);
    }

    // A mutex_waiter on the stack of a task, which it names.
    private ulong Waiter(int task)
    {
        ulong at = LockKernel.Stack(task) + 0x3800;
        _kernel.Memory.WriteUInt64(at + 16, LockKernel.Task(task));
        return at;
    }
}
