// Numbers: addresses and sizes as users type them.
using System.Globalization;

namespace VaQuest.Lsp.Cli;

/// <summary>Parses numbers of the command line.</summary>
internal static class Numbers
{
    /// <summary>Hexadecimal with or without 0x.</summary>
    public static bool TryParseAddress(ReadOnlySpan<char> text, out ulong address)
    {
        text = text.Trim();
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            text = text[2..];
        }

        address = 0;
        return text.Length is > 0 and <= 16 && ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out address);
    }

    /// <summary>Decimal, or hexadecimal with 0x; k, M and G multiply by powers of 1024.</summary>
    public static bool TryParseLength(string text, out long length)
    {
        ReadOnlySpan<char> digits = text.AsSpan().Trim();
        long unit = digits.Length == 0 ? 1 : digits[^1] switch { 'k' or 'K' => 1L << 10, 'm' or 'M' => 1L << 20, 'g' or 'G' => 1L << 30, _ => 1 };
        digits = unit == 1 ? digits : digits[..^1];
        bool isHex = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        bool isNumber = isHex
            ? long.TryParse(digits[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out length)
            : long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out length);
        if (!isNumber || length < 0 || length > long.MaxValue / unit)
        {
            return false;
        }

        length *= unit;
        return true;
    }
}
