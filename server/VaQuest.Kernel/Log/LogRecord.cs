// LogRecord: one message of the kernel log.
namespace VaQuest.Kernel.Log;

/// <summary>A printk record (kernel/printk/printk_ringbuffer.h, struct printk_info, or struct printk_log before 5.10).</summary>
/// <param name="Sequence">Its number since boot.</param>
/// <param name="TimestampNanoseconds">Nanoseconds of the scheduler's clock since boot.</param>
/// <param name="Level">0 emergency to 7 debug.</param>
/// <param name="Facility">Syslog facility; 0 is the kernel.</param>
/// <param name="Text">Message text as recorded; may hold line breaks and control bytes.</param>
/// <param name="CallerId">printk_info.caller_id: a thread id, or 0x80000000 plus a CPU number; null when not recorded.</param>
public sealed record LogRecord(ulong Sequence, ulong TimestampNanoseconds, int Level, int Facility, string Text, uint? CallerId)
{
    /// <summary>True when the text continues the record before it on the same line (LOG_CONT of kernels before 4.9).</summary>
    public bool ContinuesLine { get; init; }

    /// <summary>False for the oldest kernels, whose log is plain characters with the time already printed into them.</summary>
    public bool HasTimestamp { get; init; } = true;
}
