// LogLookup: answers for a text log, from an open dump of the same kernel or from debug files of its release.
using VaQuest.Diagnosis.Logs;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Sources;
using VaQuest.Diagnosis.Text;
using VaQuest.Lsp.Server.Dumps;

namespace VaQuest.Lsp.Server.Documents;

/// <summary>
/// A log's bare addresses belong to a boot nobody can prove to be the dump's, so only names with offsets are looked up in an open dump.
/// </summary>
internal sealed class LogLookup(KernelLog log, OpenDump? sameRelease, LogResolver resolver) : ITargetLookup
{
    public IReadOnlyList<string> Describe(SpanTarget target, CancellationToken cancellation)
    {
        if (sameRelease is { } dump && WithoutAddress(target) is { } named)
        {
            IReadOnlyList<string> lines = dump.Session.Describe(named, cancellation);
            if (lines.Count > 0)
            {
                return lines;
            }
        }

        return resolver.Describe(log, target, cancellation);
    }

    public IReadOnlyList<ResolvedSource> FindSources(SpanTarget target, CancellationToken cancellation)
    {
        IReadOnlyList<ResolvedSource> fromDump = [];
        if (sameRelease is { } dump && WithoutAddress(target) is { } named)
        {
            ICrashSession session = dump.Session;
            fromDump = session.FindSources(named, cancellation);
            if (fromDump.Any(source => source.LocalPath is not null))
            {
                return fromDump;
            }
        }

        IReadOnlyList<ResolvedSource> fromFiles = resolver.FindSources(log, target, cancellation);
        return fromDump.Any(IsPosition) && !fromFiles.Any(IsPosition) ? fromDump : fromFiles;
    }

    private static bool IsPosition(ResolvedSource source) => source.Location is not null;

    private static SpanTarget? WithoutAddress(SpanTarget target) =>
        target.Symbol is null && target.Source is null ? null : target with { Address = null };
}
