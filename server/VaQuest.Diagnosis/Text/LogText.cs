// LogText: log records as dmesg prints them.
using System.Globalization;
using VaQuest.Kernel.Log;

namespace VaQuest.Diagnosis.Text;

/// <summary>Spells log records.</summary>
public static class LogText
{
    /// <summary>Seconds and microseconds, five columns before the point, as dmesg.</summary>
    public static string Timestamp(LogRecord record)
    {
        ulong micros = record.TimestampNanoseconds / 1000;
        return (micros / 1_000_000).ToString(CultureInfo.InvariantCulture).PadLeft(5) + "."
            + (micros % 1_000_000).ToString("d6", CultureInfo.InvariantCulture);
    }
}
