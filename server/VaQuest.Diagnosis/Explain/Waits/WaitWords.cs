// WaitWords: names of waits, locks and tasks as people say them.
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Locks;
using VaQuest.Kernel.Tasks;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Explain.Waits;

/// <summary>Spells the parts of the wait-for graph; what came from the dump is escaped.</summary>
public static class WaitWords
{
    /// <summary>"PID 77 sh".</summary>
    public static string Of(KernelTask task) => task.Pid == 0
        ? FormattableString.Invariant($"the idle task of CPU {task.Cpu}")
        : FormattableString.Invariant($"PID {task.Pid} {DumpText.Escape(task.Comm)}");

    /// <summary>"task sh (PID 77)", for sentences.</summary>
    public static string InSentence(KernelTask task) => task.Pid == 0
        ? FormattableString.Invariant($"the idle task of CPU {task.Cpu}")
        : FormattableString.Invariant($"{DumpText.Escape(task.Comm)} (PID {task.Pid})");

    public static string Of(LockKind kind) => kind switch
    {
        LockKind.Mutex => "mutex",
        LockKind.RwSemaphore => "rw_semaphore",
        LockKind.RtMutex => "rt_mutex",
        LockKind.Semaphore => "semaphore",
        LockKind.Completion => "completion",
        LockKind.PercpuRwSemaphore => "percpu_rw_semaphore",
        LockKind.WaitQueue => "wait queue",
        LockKind.Bit => "bit",
        LockKind.Page => "page",
        LockKind.SpinLock => "spinlock",
        _ => "rwlock",
    };

    /// <summary>Stable names for JSON, in kebab-case.</summary>
    public static string Of(WaitClass waits) => waits switch
    {
        WaitClass.Mutex => "mutex",
        WaitClass.RwSemaphore => "rw-semaphore",
        WaitClass.RtMutex => "rt-mutex",
        WaitClass.Semaphore => "semaphore",
        WaitClass.PercpuRwSemaphore => "percpu-rw-semaphore",
        WaitClass.Completion => "completion",
        WaitClass.Event => "event",
        WaitClass.Bit => "bit",
        WaitClass.Page => "page",
        WaitClass.Flush => "workqueue-flush",
        WaitClass.Rcu => "rcu",
        WaitClass.Thread => "kernel-thread",
        WaitClass.Timer => "timer",
        WaitClass.SpinLock => "spinlock",
        WaitClass.RwLock => "rwlock",
        WaitClass.CpuCall => "cpu-call",
        _ => "none",
    };

    /// <summary>"wait_for_lock (lab_background.c:27)", or "" when the frame is not known.</summary>
    public static string Of(StackFrame? frame)
    {
        if (frame is null)
        {
            return "";
        }

        string source = FrameText.SourceOf(frame.Source);
        string module = frame.Module is null ? "" : DumpText.Escape(frame.Module);
        string place = source.Length > 0 ? source : module.Length > 0 ? "module " + module : "";
        return FrameText.FunctionOf(frame) + (place.Length > 0 ? $" ({place})" : "");
    }

    /// <summary>How a holder stands to what is waited for: "held by", "run by", …</summary>
    public static string Relation(TaskWait wait, WaitHolder holder) => wait.Class switch
    {
        WaitClass.Flush => holder.IsCertain ? "run by" : "perhaps behind",
        WaitClass.Rcu => "held up by",
        WaitClass.Completion or WaitClass.Thread => "to be completed by",
        _ => holder.IsCertain ? "held by" : "perhaps held by",
    };
}
