// SessionLookup: an open dump answers for its report and log.
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Sources;
using VaQuest.Diagnosis.Text;

namespace VaQuest.Lsp.Server.Documents;

/// <summary>Passes questions to the session.</summary>
internal sealed class SessionLookup(ICrashSession session) : ITargetLookup
{
    public IReadOnlyList<string> Describe(SpanTarget target, CancellationToken cancellation) => session.Describe(target, cancellation);

    public IReadOnlyList<ResolvedSource> FindSources(SpanTarget target, CancellationToken cancellation) =>
        session.FindSources(target, cancellation);
}
