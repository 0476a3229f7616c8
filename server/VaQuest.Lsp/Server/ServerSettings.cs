// ServerSettings: the user's settings, from initializationOptions, workspace/configuration or didChangeConfiguration.
using Newtonsoft.Json.Linq;
using VaQuest.Diagnosis.Logs;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Lsp.KnownIssueFiles;
using VaQuest.Lsp.Server.Documents;

namespace VaQuest.Lsp.Server;

/// <summary>Whatever has a wrong type counts as not set and is said in the log.</summary>
public sealed class ServerSettings(ServerLog log)
{
    public const string Section = "vaquest";

    private readonly Lock _gate = new();
    private Task _settled = Task.CompletedTask;
    private JObject _values = [];
    private List<string> _folders = [];
    private LogResolver? _logs;

    /// <summary>Completes, always without a fault, when no reading of the client's configuration is under way.</summary>
    public Task Settled
    {
        get
        {
            lock (_gate)
            {
                return _settled;
            }
        }
    }

    public SessionOptions Options { get; private set; } = new();

    /// <summary>True to show values behind the lines of the crashed stack.</summary>
    public bool HasInlayHints { get; private set; } = true;

    /// <summary>The resolver for text logs under these settings.</summary>
    public LogResolver Logs
    {
        get
        {
            lock (_gate)
            {
                return _logs ??= new LogResolver(Options);
            }
        }
    }

    /// <summary>Requests that arrive from now on wait until this reading of the configuration has ended, well or not.</summary>
    public void Track(Task reading)
    {
        Task ended = reading.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        lock (_gate)
        {
            _settled = _settled.IsCompleted ? ended : Task.WhenAll(_settled, ended);
        }
    }

    /// <summary>Folders of the workspace, where kernel trees and module sources are looked for after the configured roots.</summary>
    public bool SetFolders(IEnumerable<string> uris)
    {
        lock (_gate)
        {
            _folders = [.. uris.Select(DocumentUri.ToPath).OfType<string>().Where(Path.IsPathRooted).Distinct()];
            return Rebuild();
        }
    }

    public bool ChangeFolders(IEnumerable<string> added, IEnumerable<string> removed)
    {
        lock (_gate)
        {
            var gone = removed.Select(DocumentUri.ToPath).ToHashSet();
            _folders = [.. _folders.Where(folder => !gone.Contains(folder))
                .Concat(added.Select(DocumentUri.ToPath).OfType<string>().Where(Path.IsPathRooted)).Distinct()];
            return Rebuild();
        }
    }

    /// <summary>Takes new values; true when something changed. Null or a non-object leaves the values as they are.</summary>
    public bool Update(JToken? values)
    {
        if (values is not JObject members)
        {
            return false;
        }

        lock (_gate)
        {
            _values = members;
            return Rebuild();
        }
    }

    private bool Rebuild()
    {
        HasInlayHints = Flag("inlayHints", true);
        var options = new SessionOptions
        {
            Vmlinux = Text("vmlinux"),
            DebugDirectories = Texts("debugDirectories"),
            SourceRoots = [.. Texts("sourceRoots").Concat(_folders).Distinct()],
            SourceMap = Map("sourceMap"),
            RuleFiles = Texts("ruleFiles"),
            ReadRules = KnownIssueFile.Read,
        };
        if (IsSame(options, Options))
        {
            return false;
        }

        Options = options;
        // Requests that still use the old resolver finish with it; it is freed with them.
        _logs = null;
        return true;
    }

    private static bool IsSame(SessionOptions left, SessionOptions right) =>
        left.Vmlinux == right.Vmlinux
        && left.DebugDirectories.SequenceEqual(right.DebugDirectories)
        && left.SourceRoots.SequenceEqual(right.SourceRoots)
        && left.RuleFiles.SequenceEqual(right.RuleFiles)
        && left.SourceMap.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .SequenceEqual(right.SourceMap.OrderBy(pair => pair.Key, StringComparer.Ordinal));

    private bool Flag(string name, bool usual)
    {
        JToken? value = _values[name];
        if (value is not null and not { Type: JTokenType.Null or JTokenType.Boolean })
        {
            log.Warning($"The setting {Section}.{name} must be true or false; it is ignored.");
        }

        return value?.Type == JTokenType.Boolean ? (bool)value! : usual;
    }

    private string? Text(string name)
    {
        JToken? value = _values[name];
        if (value is null or { Type: JTokenType.Null })
        {
            return null;
        }

        if (value.Type != JTokenType.String)
        {
            log.Warning($"The setting {Section}.{name} must be a text; it is ignored.");
            return null;
        }

        return Absolute((string)value!, name);
    }

    private List<string> Texts(string name)
    {
        JToken? value = _values[name];
        if (value is not JArray items)
        {
            if (value is not null and not { Type: JTokenType.Null })
            {
                log.Warning($"The setting {Section}.{name} must be a list of paths; it is ignored.");
            }

            return [];
        }

        return [.. items.Where(item => item.Type == JTokenType.String).Select(item => Absolute((string)item!, name)).OfType<string>()];
    }

    private Dictionary<string, string> Map(string name)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        if (_values[name] is JObject members)
        {
            foreach (JProperty member in members.Properties())
            {
                if (member.Value.Type == JTokenType.String && Absolute((string)member.Value!, name) is { } directory)
                {
                    map[member.Name] = directory;
                }
            }
        }

        return map;
    }

    private string? Absolute(string path, string name)
    {
        if (path.Length == 0)
        {
            return null;
        }

        if (path == "~" || path.StartsWith("~/", StringComparison.Ordinal))
        {
            path = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + path[1..];
        }

        if (!Path.IsPathRooted(path) && _folders.Count > 0)
        {
            path = Path.Combine(_folders[0], path);
        }

        if (Path.IsPathRooted(path) && !path.Contains('\0'))
        {
            return Path.GetFullPath(path);
        }

        log.Warning($"The setting {Section}.{name} holds \"{path}\", which is not an absolute path; it is ignored.");
        return null;
    }
}
