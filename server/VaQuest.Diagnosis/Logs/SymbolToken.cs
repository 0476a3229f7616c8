// SymbolToken: fn+0x1/0x2 [mod], as the kernel's %pS and %pB print a code address (Documentation/core-api/printk-formats.rst).
using System.Globalization;

namespace VaQuest.Diagnosis.Logs;

/// <summary>A symbol with offset and size inside a line. Positions count from the line's start.</summary>
/// <param name="Start">First character of the name.</param>
/// <param name="NameLength">Characters of the name.</param>
/// <param name="End">Behind the size (or the offset when there is no size).</param>
/// <param name="SymbolOffset">Bytes from the symbol.</param>
/// <param name="SymbolSize">Bytes of the symbol.</param>
/// <param name="ModuleStart">First character of the module's name, or -1.</param>
/// <param name="ModuleLength">Characters of the module's name.</param>
internal readonly record struct SymbolToken(
    int Start, int NameLength, int End, ulong SymbolOffset, ulong SymbolSize, int ModuleStart, int ModuleLength)
{
    /// <summary>Characters of the longest name: KSYM_NAME_LEN (include/linux/kallsyms.h) is 512 since 6.1.</summary>
    private const int MaxName = 511;

    /// <summary>The next symbol at or behind <paramref name="from"/>, or null. Every character is looked at a bounded number of times.</summary>
    public static SymbolToken? Find(ReadOnlySpan<char> line, int from)
    {
        int search = from;
        while (search < line.Length)
        {
            int plus = line[search..].IndexOf("+0x", StringComparison.Ordinal);
            if (plus < 0)
            {
                return null;
            }

            plus += search;
            if (TryParse(line, search, plus, out SymbolToken token))
            {
                return token;
            }

            search = plus + 3;
        }

        return null;
    }

    /// <summary>Reads up to 16 hexadecimal digits at <paramref name="position"/> and moves behind them.</summary>
    public static bool TryReadHex(ReadOnlySpan<char> line, ref int position, out ulong value)
    {
        int end = position;
        while (end < line.Length && char.IsAsciiHexDigit(line[end]) && end - position <= 16)
        {
            end++;
        }

        bool isHex = end > position && end - position <= 16;
        value = isHex ? ulong.Parse(line[position..end], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) : 0;
        position = isHex ? end : position;
        return isHex;
    }

    public static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '$';

    private static bool TryParse(ReadOnlySpan<char> line, int from, int plus, out SymbolToken token)
    {
        token = default;
        int start = plus;
        while (start > from && plus - start < MaxName && IsNameCharacter(line[start - 1]))
        {
            start--;
        }

        // A name begins with a letter, "_" or "." (ppc64 entry points); "0x10+0x20" is arithmetic.
        while (start < plus && (char.IsAsciiDigit(line[start]) || line[start] == '$'))
        {
            start++;
        }

        int position = plus + 3;
        if (start == plus || (start > from && start > 0 && char.IsAsciiDigit(line[start - 1]))
            || !TryReadHex(line, ref position, out ulong offset)
            || !line[position..].StartsWith("/0x", StringComparison.Ordinal))
        {
            return false;
        }

        position += 3;
        if (!TryReadHex(line, ref position, out ulong size))
        {
            return false;
        }

        (int moduleStart, int moduleLength) = FindModule(line, position);
        token = new SymbolToken(start, plus - start, position, offset, size, moduleStart, moduleLength);
        return true;
    }

    // " [mod]" or " [mod 0123build…]" (CONFIG_STACKTRACE_BUILD_ID).
    private static (int Start, int Length) FindModule(ReadOnlySpan<char> line, int position)
    {
        if (!line[position..].StartsWith(" [", StringComparison.Ordinal))
        {
            return (-1, 0);
        }

        int start = position + 2;
        int end = start;
        while (end < line.Length && end - start < 64 && (char.IsAsciiLetterOrDigit(line[end]) || line[end] is '_' or '-'))
        {
            end++;
        }

        bool isModule = end > start && end < line.Length && line[end] is ']' or ' ';
        return isModule ? (start, end - start) : (-1, 0);
    }
}
