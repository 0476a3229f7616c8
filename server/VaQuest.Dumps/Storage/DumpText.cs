// DumpText: text from a dump, made safe to show.
using System.Globalization;
using System.Text;

namespace VaQuest.Dumps.Storage;

/// <summary>Text fields of a dump's headers are hostile: control bytes become \xNN, so that they cannot steer a terminal or an editor.</summary>
internal static class DumpText
{
    /// <summary>Longer than any name of a machine's memory block or device state.</summary>
    private const int MaxShown = 80;

    /// <summary>The text up to the first NUL, printable ASCII as it is, everything else as \xNN.</summary>
    public static string Clean(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        return Escape(end < 0 ? bytes : bytes[..end]);
    }

    /// <summary>A file's name, which may hold any bytes but NUL and slash.</summary>
    public static string CleanName(string name)
    {
        foreach (char c in name)
        {
            if (char.IsControl(c) || c == '\ufffd')
            {
                return Escape(Encoding.UTF8.GetBytes(name));
            }
        }

        return name;
    }

    /// <summary>As much of a cleaned name as a sentence can bear: names that are no names may have hundreds of bytes.</summary>
    public static string Shorten(string name) => name.Length <= MaxShown ? name : name[..MaxShown] + "...";

    /// <summary>The non-empty lines of a text, each cleaned.</summary>
    public static IReadOnlyList<string> CleanLines(ReadOnlySpan<byte> bytes)
    {
        var lines = new List<string>();
        while (!bytes.IsEmpty)
        {
            int end = bytes.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? bytes : bytes[..end];
            bytes = end < 0 ? [] : bytes[(end + 1)..];
            string text = Clean(line);
            if (text.Length > 0)
            {
                lines.Add(text);
            }
        }

        return lines;
    }

    private static string Escape(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (byte b in bytes)
        {
            if (b is >= 0x20 and < 0x7f)
            {
                text.Append((char)b);
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}");
            }
        }

        return text.ToString();
    }
}
