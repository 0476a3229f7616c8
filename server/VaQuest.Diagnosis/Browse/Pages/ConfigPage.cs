// ConfigPage: the kernel's configuration.
using VaQuest.Binary;
using VaQuest.Kernel.Config;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>`vaquest config`: what /proc/config.gz would have held.</summary>
internal static class ConfigPage
{
    private static readonly Column[] s_columns = [new("option", "option"), new("value", "value")];

    public static PageSource Source { get; } = new("config", "The kernel's build configuration, where the kernel carries it (CONFIG_IKCONFIG).", "OPTION", false, Read);

    private static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        IReadOnlyList<string> lines = KernelConfig.Read(context.Kernel, out string? missing);
        if (missing is not null)
        {
            throw new DumpFormatException(FormatError.BadValue, $"{context.Kernel.Dump.Path}: {missing}");
        }

        var rows = new List<IReadOnlyList<Cell>>();
        foreach (string line in lines)
        {
            const string NotSet = " is not set";
            bool isOff = line.StartsWith("# CONFIG_", StringComparison.Ordinal) && line.EndsWith(NotSet, StringComparison.Ordinal);
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (!isOff && (!line.StartsWith("CONFIG_", StringComparison.Ordinal) || equals < 0))
            {
                continue;
            }

            (string option, string value) = isOff ? (line[2..^NotSet.Length], "n") : (line[..equals], line[(equals + 1)..]);
            if (argument is null || option.Contains(argument, StringComparison.OrdinalIgnoreCase))
            {
                rows.Add([Cell.Of(option), Cell.Of(value)]);
            }
        }

        return new Page("config", "Configuration of the kernel", [new Table("options", "Options", s_columns, rows)]);
    }
}
