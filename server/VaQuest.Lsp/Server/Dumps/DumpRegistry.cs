// DumpRegistry: the dumps that are open.
using System.Collections.Concurrent;
using System.IO.Hashing;
using System.Text;
using VaQuest.Diagnosis.Logs;
using VaQuest.Diagnosis.Sessions;

namespace VaQuest.Lsp.Server.Dumps;

/// <summary>Opens and closes; one entry per path. Safe for concurrent callers.</summary>
public sealed class DumpRegistry(OpenSession open, ServerSettings settings) : IDisposable
{
    private readonly ConcurrentDictionary<string, OpenDump> _byId = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _opening = new(1, 1);

    /// <summary>Resolves the frames of text logs with the settings in force.</summary>
    public LogResolver Logs => settings.Logs;

    public IReadOnlyList<OpenDump> All => [.. _byId.Values.OrderBy(dump => dump.Path, StringComparer.Ordinal)];

    public OpenDump? FindById(string id) => _byId.GetValueOrDefault(id);

    public OpenDump? FindByRelease(string release) =>
        All.FirstOrDefault(dump => string.Equals(dump.Session.Release, release, StringComparison.Ordinal));

    /// <summary>Opens a dump, or answers the one that is open under this path; a session made of other settings or another file is replaced.</summary>
    public async Task<OpenDump> OpenAsync(string path, IProgress<SessionProgress> progress, CancellationToken cancellation)
    {
        string full = Path.GetFullPath(path);
        string id = IdOf(full);

        // One at a time: opening uses all cores, and the same dump must not be opened twice at once.
        await _opening.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            SessionOptions options = settings.Options;
            ICrashSession session = open(full, options, progress, cancellation);
            if (_byId.TryGetValue(id, out OpenDump? known))
            {
                known.Replace(session, options).Dispose();
                return known;
            }

            var dump = new OpenDump(id, full, session, options);
            _byId[id] = dump;
            return dump;
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Reads a dump again with the settings in force; false when it was closed meanwhile.</summary>
    public async Task<bool> ReopenAsync(OpenDump dump, CancellationToken cancellation)
    {
        await _opening.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (!ReferenceEquals(FindById(dump.Id), dump))
            {
                return false;
            }

            SessionOptions options = settings.Options;
            ICrashSession session = open(dump.Path, options, new Progress<SessionProgress>(), cancellation);
            dump.Replace(session, options).Dispose();
            return true;
        }
        finally
        {
            _opening.Release();
        }
    }

    public bool Close(OpenDump dump)
    {
        if (!_byId.TryRemove(new KeyValuePair<string, OpenDump>(dump.Id, dump)))
        {
            return false;
        }

        dump.Session.Dispose();
        return true;
    }

    public void Dispose()
    {
        foreach (OpenDump dump in _byId.Values)
        {
            Close(dump);
        }

        _opening.Dispose();
    }

    private static string IdOf(string path) => Convert.ToHexStringLower(XxHash64.Hash(Encoding.UTF8.GetBytes(path)))[..12];
}
