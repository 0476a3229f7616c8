// CommText: task names with control bytes made visible.
using System.Globalization;
using System.Text;

namespace VaQuest.Kernel.Tasks;

/// <summary>A process can name itself anything, line breaks and terminal escapes included.</summary>
internal static class CommText
{
    public static string Escape(string raw)
    {
        if (raw.All(c => c is >= ' ' and <= '~' && c != '\\'))
        {
            return raw;
        }

        var text = new StringBuilder();
        foreach (char c in raw)
        {
            if (c is >= ' ' and <= '~' && c != '\\')
            {
                text.Append(c);
            }
            else if (c == '\\')
            {
                text.Append("\\\\");
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"\\x{(int)c & 0xff:x2}");
            }
        }

        return text.ToString();
    }
}
