// LockKind: the kinds of objects that kernel code waits for.
namespace VaQuest.Kernel.Locks;

/// <summary>What can be waited for and decoded.</summary>
public enum LockKind
{
    Mutex,
    RwSemaphore,
    RtMutex,
    Semaphore,
    Completion,
    PercpuRwSemaphore,
    WaitQueue,

    /// <summary>A bit of a word that somebody is to clear (wait_on_bit).</summary>
    Bit,

    /// <summary>A flag of a page or folio: its lock, or its writeback.</summary>
    Page,

    SpinLock,
    RwLock,
}
