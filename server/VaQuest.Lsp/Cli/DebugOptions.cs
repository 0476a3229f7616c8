// DebugOptions: the options that say where debug information and sources are.
using System.CommandLine;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Lsp.KnownIssueFiles;

namespace VaQuest.Lsp.Cli;

/// <summary>--vmlinux, --debug, --source, --source-map, --no-debuginfo and --rules.</summary>
internal sealed class DebugOptions
{
    private readonly Option<string?> _vmlinux = new("--vmlinux")
        { HelpName = "FILE", Description = "The kernel's debug file; without it, it is looked for by build id and release." };

    private readonly Option<string[]> _debug = new("--debug")
        { HelpName = "DIR", Description = "A directory with debug files, searched first; may be given again." };

    private readonly Option<string[]> _source = new("--source")
        { HelpName = "DIR", Description = "A kernel tree or module sources; may be given again." };

    private readonly Option<string[]> _sourceMap = new("--source-map")
        { HelpName = "PREFIX=DIR", Description = "Where a directory named in debug information is here; may be given again." };

    private readonly Option<bool> _noDebugInfo = new("--no-debuginfo") { Description = "Use only what the dump itself holds." };

    private readonly Option<string[]> _rules = new("--rules")
        { HelpName = "FILE", Description = "Known issues as JSON (docs/findings.md); may be given again." };

    public DebugOptions(Command command)
    {
        command.Add(_vmlinux);
        command.Add(_debug);
        command.Add(_source);
        command.Add(_sourceMap);
        command.Add(_noDebugInfo);
        command.Add(_rules);
    }

    public SessionOptions Read(ParseResult arguments)
    {
        string? vmlinux = arguments.GetValue(_vmlinux);
        bool useDebugInfo = !arguments.GetValue(_noDebugInfo);
        if (!useDebugInfo && vmlinux is not null)
        {
            throw new UsageException("--vmlinux and --no-debuginfo contradict each other; give one of them");
        }

        // On the command line a file with a mistake is an error, before anything else is done.
        var rules = FullPaths(arguments.GetValue(_rules)).Distinct().ToDictionary(file => file, KnownIssueFile.Read, StringComparer.Ordinal);
        return new SessionOptions
        {
            Vmlinux = vmlinux is null ? null : Path.GetFullPath(vmlinux),
            DebugDirectories = FullPaths(arguments.GetValue(_debug)),
            SourceRoots = FullPaths(arguments.GetValue(_source)),
            SourceMap = ReadMap(arguments.GetValue(_sourceMap)),
            UseDebugInfo = useDebugInfo,
            RuleFiles = [.. rules.Keys],
            ReadRules = file => rules[file],
        };
    }

    private static string[] FullPaths(string[]? paths) => Array.ConvertAll(paths ?? [], Path.GetFullPath);

    private static Dictionary<string, string> ReadMap(string[]? pairs)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string pair in pairs ?? [])
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || equals == pair.Length - 1)
            {
                throw new UsageException($"--source-map {pair}: write it as PREFIX=DIR");
            }

            map[pair[..equals]] = Path.GetFullPath(pair[(equals + 1)..]);
        }

        return map;
    }
}
