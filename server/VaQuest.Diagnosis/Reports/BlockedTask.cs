// BlockedTask: a task that waits and cannot be woken by signals.
using VaQuest.Kernel.Tasks;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Reports;

/// <summary>A task in uninterruptible sleep.</summary>
/// <param name="Task">The task.</param>
/// <param name="Stack">Its stack, without inlined frames.</param>
/// <param name="Seconds">How long ago it last ran; null when the kernel does not tell.</param>
public sealed record BlockedTask(KernelTask Task, StackTrace Stack, double? Seconds);
