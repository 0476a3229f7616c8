// OpenDump: a dump the client has open.
using VaQuest.Diagnosis.Sessions;

namespace VaQuest.Lsp.Server.Dumps;

/// <summary>Keeps its id and path while the session behind it may be replaced (other settings).</summary>
public sealed class OpenDump(string id, string path, ICrashSession session, SessionOptions options)
{
    private volatile ICrashSession _session = session;

    /// <summary>Opaque, the same for the same path.</summary>
    public string Id { get; } = id;

    public string Path { get; } = path;

    public ICrashSession Session => _session;

    public SessionOptions Options { get; private set; } = options;

    /// <summary>Replaces the session; the caller disposes the old one.</summary>
    public ICrashSession Replace(ICrashSession session, SessionOptions options)
    {
        ICrashSession old = _session;
        _session = session;
        Options = options;
        return old;
    }
}
