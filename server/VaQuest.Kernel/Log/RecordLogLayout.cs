// RecordLogLayout: offsets inside a printk_log record.
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Log;

/// <summary>Byte offsets in struct printk_log (struct log before 3.11): the text follows the header directly.</summary>
internal sealed record RecordLogLayout(int HeaderBytes, int Time, int Length, int TextLength, int Facility, int Flags, int? Caller)
{
    /// <summary>Looks the members up, in VMCOREINFO first; null when this kernel has no such record.</summary>
    public static RecordLogLayout? Find(KernelTypes types)
    {
        foreach (string tag in new[] { "printk_log", "log" })
        {
            if (types.FindSize(tag) is { } size and >= 16 and <= 64
                && types.FindOffset(tag, "ts_nsec") is { } time && time <= (ulong)size - 8
                && types.FindOffset(tag, "len") is { } length && length <= (ulong)size - 2
                && types.FindOffset(tag, "text_len") is { } textLength && textLength <= (ulong)size - 2)
            {
                // u16 len, text_len, dict_len, then u8 facility and the flags byte, in every release.
                int facility = (int)textLength + 4;
                int? caller = types.FindOffset(tag, "caller_id") is { } at && at <= (ulong)size - 4 ? (int)at : null;
                return facility + 1 < size
                    ? new RecordLogLayout((int)size, (int)time, (int)length, (int)textLength, facility, facility + 1, caller)
                    : null;
            }
        }

        return null;
    }
}
