// ThrowingSession: a dump whose description has a bug.
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Sources;
using VaQuest.Diagnosis.Text;

namespace VaQuest.Lsp.Tests.Server;

internal sealed class ThrowingSession(string path) : ICrashSession
{
    private readonly FakeSession _inner = new(path);

    public string Path => _inner.Path;

    public string Title => _inner.Title;

    public string? Release => _inner.Release;

    public string? PanicMessage => _inner.PanicMessage;

    public DebugInfoState DebugInfo => _inner.DebugInfo;

    public IReadOnlyList<string> Warnings => [];

    public AnnotatedText GetReport(CancellationToken cancellation) => _inner.GetReport(cancellation);

    public AnnotatedText GetLog(CancellationToken cancellation) => _inner.GetLog(cancellation);

    public IReadOnlyList<PanicSite> GetPanicSites(CancellationToken cancellation) => [];

    public IReadOnlyList<string> Describe(SpanTarget target, CancellationToken cancellation) =>
        throw new InvalidOperationException("A bug for a test");

    public IReadOnlyList<ResolvedSource> FindSources(SpanTarget target, CancellationToken cancellation) => [];

    public IReadOnlyList<StackReference> FindTasksIn(string function, CancellationToken cancellation) => [];

    public IReadOnlyList<SpanTarget> FindSymbols(string query, int limit, CancellationToken cancellation) => [];

    public void Dispose() => _inner.Dispose();
}
