// WaitClass: the ways in which kernel code waits.
namespace VaQuest.Diagnosis.Explain.Waits;

/// <summary>What the innermost functions of a stack wait for.</summary>
public enum WaitClass
{
    /// <summary>The scheduler and nothing else: not a wait by itself.</summary>
    None,

    Mutex,
    RwSemaphore,
    RtMutex,
    Semaphore,
    PercpuRwSemaphore,
    Completion,

    /// <summary>A wait queue.</summary>
    Event,

    Bit,
    Page,

    /// <summary>A work item or a workqueue to be done.</summary>
    Flush,

    /// <summary>An RCU grace period.</summary>
    Rcu,

    /// <summary>A kernel thread to end or to park.</summary>
    Thread,

    /// <summary>Nothing but time.</summary>
    Timer,

    SpinLock,
    RwLock,

    /// <summary>Another CPU to answer a call.</summary>
    CpuCall,
}
