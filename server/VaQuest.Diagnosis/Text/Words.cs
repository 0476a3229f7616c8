// Words: numbers and sizes as people write them.
using System.Globalization;

namespace VaQuest.Diagnosis.Text;

/// <summary>Short spellings of quantities, independent of the machine's language.</summary>
public static class Words
{
    public static string Hex(ulong value) => "0x" + value.ToString("x", CultureInfo.InvariantCulture);

    /// <summary>Sixteen digits, as the kernel prints pointers.</summary>
    public static string FullHex(ulong value) => value.ToString("x16", CultureInfo.InvariantCulture);

    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Bytes in binary units with at most one decimal: 384 MiB, 1.5 GiB.</summary>
    public static string Bytes(ulong bytes)
    {
        ReadOnlySpan<string> units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        string digits = value >= 100 || unit == 0 || value == Math.Floor(value)
            ? Math.Round(value).ToString("0", CultureInfo.InvariantCulture)
            : value.ToString("0.0", CultureInfo.InvariantCulture);
        return digits + " " + units[unit];
    }

    /// <summary>A duration in the two largest units that matter: 12.3 s, 4 min 5 s, 3 h 2 min, 12 d 7 h.</summary>
    public static string Duration(double seconds)
    {
        if (seconds < 60)
        {
            return seconds.ToString("0.0", CultureInfo.InvariantCulture) + " s";
        }

        long whole = (long)Math.Min(seconds, long.MaxValue / 4.0);
        return whole switch
        {
            < 3600 => FormattableString.Invariant($"{whole / 60} min {whole % 60} s"),
            < 86400 => FormattableString.Invariant($"{whole / 3600} h {whole % 3600 / 60} min"),
            _ => FormattableString.Invariant($"{whole / 86400} d {whole % 86400 / 3600} h"),
        };
    }

    /// <summary>"1 task", "2 tasks".</summary>
    public static string Count(long count, string noun) => FormattableString.Invariant($"{count} {noun}{(count == 1 ? "" : "s")}");

    /// <summary>Names of the kernel's stacks.</summary>
    public static string OfStack(string name) => name switch
    {
        "irq" => "interrupt stack",
        "DF" => "double-fault stack",
        "NMI" => "NMI stack",
        "MCE" => "machine-check stack",
        "DB" or "DB1" or "DB2" => "debug stack",
        "VC" or "VC2" => "VC-exception stack",
        _ => name + " stack",
    };
}
