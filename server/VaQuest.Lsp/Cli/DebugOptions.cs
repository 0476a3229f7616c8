// DebugOptions: the options that say where debug information and sources are.
using System.CommandLine;
using VaQuest.Diagnosis.Sessions;

namespace VaQuest.Lsp.Cli;

/// <summary>--vmlinux, --debug, --source, --source-map and --no-debuginfo.</summary>
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

    public DebugOptions(Command command)
    {
        command.Add(_vmlinux);
        command.Add(_debug);
        command.Add(_source);
        command.Add(_sourceMap);
        command.Add(_noDebugInfo);
    }

    public SessionOptions Read(ParseResult arguments)
    {
        string? vmlinux = arguments.GetValue(_vmlinux);
        bool useDebugInfo = !arguments.GetValue(_noDebugInfo);
        if (!useDebugInfo && vmlinux is not null)
        {
            throw new UsageException("--vmlinux and --no-debuginfo contradict each other; give one of them");
        }

        return new SessionOptions
        {
            Vmlinux = vmlinux is null ? null : Path.GetFullPath(vmlinux),
            DebugDirectories = FullPaths(arguments.GetValue(_debug)),
            SourceRoots = FullPaths(arguments.GetValue(_source)),
            SourceMap = ReadMap(arguments.GetValue(_sourceMap)),
            UseDebugInfo = useDebugInfo,
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
