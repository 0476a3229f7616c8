// DumpLevels: which of makedumpfile's dump levels can be reached from a dump.
using VaQuest.Binary;
using VaQuest.Dumps;

namespace VaQuest.Lsp.Cli.Convert;

/// <summary>Dump levels are sums of kinds of pages (makedumpfile(8), option -d).</summary>
internal static class DumpLevels
{
    public const int Zero = 1;

    public const int All = 31;

    private static readonly (int Bit, string Kind)[] s_kinds = [(2, "cache"), (4, "private cache"), (8, "user"), (16, "free")];

    /// <summary>
    /// Zero pages show by themselves; every other kind is known to the kernel's page structures only, unless the dump has left it out already.
    /// </summary>
    /// <exception cref="DumpFormatException">The level needs more.</exception>
    public static void RefuseUndecidable(Vmcore dump, int level)
    {
        int missing = level & ~(dump.DumpLevel ?? 0) & ~Zero;
        if (missing == 0)
        {
            return;
        }

        string kinds = string.Join(", ", s_kinds.Where(kind => (missing & kind.Bit) != 0).Select(kind => kind.Kind));
        int reachable = level & ~missing;
        throw new DumpFormatException(
            FormatError.Unsupported,
            FormattableString.Invariant($"{dump.Path}: -d {level} would leave out {kinds} pages, which VaQuest does not tell apart; ")
            + FormattableString.Invariant($"give -d {reachable}, then run makedumpfile -d {level} on the converted file"));
    }
}
