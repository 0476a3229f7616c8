// DumpStatusFeature: tells the client how well debug information and sources match a dump.
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Sources;
using VaQuest.Diagnosis.Text;
using VaQuest.Lsp.Protocol;
using VaQuest.Lsp.Server;
using VaQuest.Lsp.Server.Documents;
using VaQuest.Lsp.Server.Dumps;

namespace VaQuest.Lsp.Features.DumpStatus;

/// <summary>The notification vaquest/dumpStatus (docs/protocol.md).</summary>
internal sealed class DumpStatusFeature(ClientConnection client, VirtualDocuments virtuals)
{
    public const string Method = "vaquest/dumpStatus";

    public void Send(OpenDump dump, CancellationToken cancellation) =>
        client.Notify(Method, new DumpStatusParams(
            virtuals.PublicUri(dump, VirtualDocuments.ReportName, cancellation),
            DebugInfoOf(dump.Session),
            SourceOf(dump.Session, cancellation)));

    public static DebugInfoStatus DebugInfoOf(ICrashSession session) =>
        new(session.DebugInfo.State, session.DebugInfo.Summary, string.Join('\n', session.DebugInfo.Detail));

    /// <summary>What was found of the sources of the panic stack: the panic's own place decides, the rest is counted.</summary>
    internal static SourceStatus SourceOf(ICrashSession session, CancellationToken cancellation)
    {
        IReadOnlyList<PanicSite> sites = session.GetPanicSites(cancellation);
        if (sites.Count == 0)
        {
            return new SourceStatus("missing", "No source positions", string.Empty, "Without debug information no frame has a source position.");
        }

        var resolved = sites
            .Select(site => (Site: site, Source: FirstOf(session.FindSources(new SpanTarget { Source = site.Location }, cancellation))))
            .ToList();
        int found = resolved.Count(item => item.Source?.LocalPath is not null);
        bool isOther = resolved.Any(item => item.Source is { LocalPath: not null, State: SourceFileState.OtherVersion });
        string state = resolved[0].Source?.LocalPath is null ? "missing" : isOther ? "otherVersion" : "found";
        PanicSite told = resolved.Where(item => item.Source?.LocalPath is null).Select(item => item.Site).FirstOrDefault() ?? sites[0];
        string summary = found == sites.Count
            ? (isOther ? "Sources of another version" : "Sources found")
            : FormattableString.Invariant($"Sources of {found} of {sites.Count} frames found");
        IEnumerable<string> notes = resolved.Select(item => NoteOf(item.Source)).Where(note => note.Length > 0).Distinct();
        return new SourceStatus(state, summary, told.Location.CompilationDirectory, string.Join('\n', notes));
    }

    private static string NoteOf(ResolvedSource? source) =>
        source is { LocalPath: null, Location: { } location } ? MissingSource.Sentence(location) : source?.Note ?? string.Empty;

    private static ResolvedSource? FirstOf(IReadOnlyList<ResolvedSource> sources) => sources.Count > 0 ? sources[0] : null;
}
