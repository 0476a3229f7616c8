// AddressArgument: an address as people give it to a page: a number, a symbol, or a symbol with an offset.
using System.Globalization;
using VaQuest.Binary;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel;
using VaQuest.Kernel.Symbols;

namespace VaQuest.Diagnosis.Browse;

/// <summary>Reads "ffff888000001000", "0xffff888000001000", "init_task", "do_exit+0x1c" and "do_exit+0x1c/0x200".</summary>
internal static class AddressArgument
{
    /// <summary>Throws <see cref="DumpFormatException"/> with one sentence when the text names nothing in this dump.</summary>
    public static VirtAddr Parse(LinuxKernel kernel, string text)
    {
        if (TryHex(text, out ulong value))
        {
            return new VirtAddr(value);
        }

        int plus = text.IndexOf('+', StringComparison.Ordinal);
        string name = plus < 0 ? text : text[..plus];
        ulong offset = 0;
        if (plus >= 0 && !TryHex(text[(plus + 1)..].Split('/')[0], out offset))
        {
            throw Bad($"\"{text}\" has no offset behind the plus sign; write it as NAME+0x1c");
        }

        IReadOnlyList<KernelSymbol> symbols = kernel.Symbols.FindByName(name);
        return symbols.Count > 0 ? symbols[0].Address + offset
            : throw Bad($"\"{text}\" is neither an address in hexadecimal nor a symbol of this kernel; see vaquest whatis and vaquest mods");
    }

    /// <summary>A hexadecimal number with or without 0x.</summary>
    public static bool TryHex(string text, out ulong value)
    {
        ReadOnlySpan<char> digits = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text.AsSpan(2) : text;
        return ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    private static DumpFormatException Bad(string message) => new(FormatError.BadValue, DumpText.Escape(message));
}
