// OpenSession: how the server opens a dump.
using VaQuest.Diagnosis.Sessions;

namespace VaQuest.Lsp.Server.Dumps;

/// <summary>Opens a dump; throws with one clear sentence when it cannot.</summary>
public delegate ICrashSession OpenSession(
    string path, SessionOptions options, IProgress<SessionProgress> progress, CancellationToken cancellation);
