// PendingTimer: a timer that had not fired.
using VaQuest.Binary;

namespace VaQuest.Kernel.Time;

/// <summary>An armed timer.</summary>
/// <param name="Address">Its timer_list or hrtimer.</param>
/// <param name="Cpu">On which CPU's base.</param>
/// <param name="Base">Name of the base: "local", "deferrable", "monotonic", "realtime (soft)".</param>
/// <param name="Expires">In jiffies for the wheel, in nanoseconds of its clock for high-resolution timers.</param>
/// <param name="SecondsToGo">From the crash to its expiry, negative when overdue; null when a clock could not be read.</param>
/// <param name="Function">What it calls, or null.</param>
/// <param name="Task">The task that it wakes, for the functions of which that is known; else null.</param>
/// <param name="Work">The function of the work item that it queues, when it is a delayed work's timer; else null.</param>
public sealed record PendingTimer(
    VirtAddr Address, int Cpu, string Base, ulong Expires, double? SecondsToGo, VirtAddr? Function, VirtAddr? Task, VirtAddr? Work);
