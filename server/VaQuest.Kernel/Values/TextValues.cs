// TextValues: text of the kernel's memory as a C programmer would quote it.
using System.Globalization;
using System.Text;

namespace VaQuest.Kernel.Values;

/// <summary>Quotes bytes. What comes out is printable ASCII, whatever went in.</summary>
public static class TextValues
{
    /// <summary>"text" with C escapes; "..." behind it when it was cut.</summary>
    public static string Quote(ReadOnlySpan<byte> bytes, int maxCharacters)
    {
        var text = new StringBuilder("\"");
        int count = Math.Min(bytes.Length, maxCharacters);
        for (int i = 0; i < count; i++)
        {
            Escape(text, bytes[i], '"');
        }

        return text.Append('"').Append(count < bytes.Length ? "..." : "").ToString();
    }

    /// <summary>'a' with C escapes.</summary>
    public static string QuoteCharacter(byte value)
    {
        var text = new StringBuilder("'");
        Escape(text, value, '\'');
        return text.Append('\'').ToString();
    }

    /// <summary>True when bytes look like text: printable up to the first NUL, and nothing but NULs behind it is not required.</summary>
    public static bool IsPrintable(ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
        {
            if (b is not ((>= 0x20 and < 0x7f) or (byte)'\n' or (byte)'\t'))
            {
                return false;
            }
        }

        return true;
    }

    // Three octal digits end by themselves, hexadecimal escapes would go on into what follows.
    private static void Escape(StringBuilder text, byte value, char quote)
    {
        switch (value)
        {
            case (byte)'\n':
                text.Append("\\n");
                break;
            case (byte)'\t':
                text.Append("\\t");
                break;
            case (byte)'\r':
                text.Append("\\r");
                break;
            case (byte)'\\':
                text.Append("\\\\");
                break;
            case >= 0x20 and < 0x7f when value == quote:
                text.Append('\\').Append(quote);
                break;
            case >= 0x20 and < 0x7f:
                text.Append((char)value);
                break;
            case 0:
                text.Append("\\0");
                break;
            default:
                text.Append('\\').Append(Convert.ToString(value, 8).PadLeft(3, '0').ToString(CultureInfo.InvariantCulture));
                break;
        }
    }
}
