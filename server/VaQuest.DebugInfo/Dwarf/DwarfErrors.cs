// DwarfErrors: the sentences for bad debug information.
using VaQuest.Binary;

namespace VaQuest.DebugInfo.Dwarf;

/// <summary>Exceptions of the DWARF reader; each says what, in which section, and where.</summary>
internal static class DwarfErrors
{
    public static DumpFormatException Bad(string section, long offset, string what) =>
        new(FormatError.BadValue, FormattableString.Invariant($"debug information is damaged at {section}+0x{offset:x}: {what}"));

    public static DumpFormatException Cut(string section, long offset, long length, long sectionLength) =>
        new(FormatError.Truncated, FormattableString.Invariant(
            $"debug information is damaged: {length} bytes at {section}+0x{offset:x} end behind its {sectionLength} bytes"));

    public static DumpFormatException Unsupported(string section, long offset, string what) =>
        new(FormatError.Unsupported, FormattableString.Invariant($"debug information at {section}+0x{offset:x} has {what}, which is not read"));

    public static DumpFormatException TooMany(string section, long offset, string what, long limit) =>
        new(FormatError.LimitExceeded, FormattableString.Invariant(
            $"debug information at {section}+0x{offset:x} has {what}; the limit is {limit}"));

    public static DumpFormatException Missing(string file) =>
        new(FormatError.NotRecognized, $"{file} has no DWARF debug information (.debug_info); install the kernel's debug package and give its vmlinux");
}
