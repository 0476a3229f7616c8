// ElfErrors: the sentences for bad ELF files.
using System.Diagnostics.CodeAnalysis;

namespace VaQuest.Binary.Elf;

/// <summary>Throw helpers of the ELF reader; each says what, in which file, and the offending number.</summary>
internal static class ElfErrors
{
    public static DumpFormatException NotElf(string name) =>
        new(FormatError.NotRecognized, $"{name} is not an ELF file: it does not start with 0x7f 'ELF'");

    public static DumpFormatException BadIdentification(string name, string field, int value) =>
        new(FormatError.BadHeader, FormattableString.Invariant($"{name} has an ELF header with the unknown {field} {value}"));

    public static DumpFormatException Truncated(string name, string what, ulong offset, ulong size, long length) =>
        new(FormatError.Truncated, FormattableString.Invariant(
            $"{name} is truncated: its {what} of {size} bytes at offset 0x{offset:x} end behind the file's {length} bytes; copy the file again"));

    public static DumpFormatException BadEntrySize(string name, string what, ulong found, int needed) =>
        new(FormatError.BadHeader, FormattableString.Invariant($"{name} has {what} of {found} bytes each where at least {needed} are needed"));

    public static DumpFormatException TooMany(string name, string what, ulong count, long limit) =>
        new(FormatError.LimitExceeded, FormattableString.Invariant($"{name} claims {count} {what}; the limit is {limit}"));

    public static DumpFormatException BadCompression(string name, string section, string reason, Exception? inner = null) =>
        new(FormatError.BadCompression, $"{name}: section {section} does not decompress: {reason}", inner);

    public static DumpFormatException UnknownCompression(string name, string section, uint type) =>
        new(FormatError.Unsupported, FormattableString.Invariant(
            $"{name}: section {section} is compressed with the unknown method {type}; zlib (1) and zstd (2) are read"));

    [DoesNotReturn]
    public static void Throw(DumpFormatException error) => throw error;
}
