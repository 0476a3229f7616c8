// PanicDiagnostics: the panic as an error at its source line.
using VaQuest.Diagnosis.Findings;
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Explain.Fault;
using VaQuest.Diagnosis.Explain.Waits;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Sources;
using VaQuest.Diagnosis.Text;
using VaQuest.Lsp.Protocol;
using VaQuest.Lsp.Server;
using VaQuest.Lsp.Server.Documents;
using VaQuest.Lsp.Server.Dumps;

namespace VaQuest.Lsp.Features.Diagnostics;

/// <summary>
/// Pushes textDocument/publishDiagnostics when a dump opens, also for files nobody has opened, and clears it when the dump closes. Each dump
/// has its own list per file; what is sent is the union over all open dumps.
/// </summary>
internal sealed class PanicDiagnostics(ClientConnection client, VirtualDocuments virtuals, Func<ClientFeatures> features)
{
    /// <summary>Callers listed with the error; a stack deeper than this is a recursion.</summary>
    private const int MaxCallers = 64;

    /// <summary>Findings of one dump among the problems; there are not more rules.</summary>
    private const int MaxFindings = 64;

    /// <summary>Circles of waiting tasks; a real hang has one or two.</summary>
    private const int MaxDeadlocks = 8;

    /// <summary>The rule whose page tells what a deadlock is.</summary>
    private const string DeadlockRule = "deadlocks";

    /// <summary>Rank of a warning; see <see cref="FindingSeverity.Rank"/>.</summary>
    private const int LeastShown = 1;

    private const int Error = 1;
    private const int Warning = 2;
    private const string Source = "vaquest";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Dictionary<string, List<Diagnostic>>> _byDump = new(StringComparer.Ordinal);

    public void Publish(OpenDump dump, CancellationToken cancellation)
    {
        Dictionary<string, List<Diagnostic>> fresh = Make(dump, cancellation);
        lock (_gate)
        {
            var touched = new HashSet<string>(fresh.Keys, StringComparer.Ordinal);
            if (_byDump.TryGetValue(dump.Id, out Dictionary<string, List<Diagnostic>>? old))
            {
                touched.UnionWith(old.Keys);
            }

            _byDump[dump.Id] = fresh;
            Send(touched);
        }
    }

    public void Clear(OpenDump dump)
    {
        lock (_gate)
        {
            if (_byDump.Remove(dump.Id, out Dictionary<string, List<Diagnostic>>? old))
            {
                Send(old.Keys);
            }
        }
    }

    private void Send(IEnumerable<string> uris)
    {
        foreach (string uri in uris)
        {
            Diagnostic[] all = [.. _byDump.Values.SelectMany(byUri => byUri.GetValueOrDefault(uri) ?? [])];
            client.Notify("textDocument/publishDiagnostics", new PublishDiagnosticsParams(uri, all));
        }
    }

    private Dictionary<string, List<Diagnostic>> Make(OpenDump dump, CancellationToken cancellation)
    {
        var byUri = new Dictionary<string, List<Diagnostic>>(StringComparer.Ordinal);
        ICrashSession session = dump.Session;
        ReportPlaces places = new(virtuals.PublicUri(dump, VirtualDocuments.ReportName, cancellation), session.GetReport(cancellation));
        AddFindings(byUri, dump, places, cancellation);
        foreach (Deadlock deadlock in session.GetDeadlocks(cancellation).Take(MaxDeadlocks))
        {
            AddDeadlock(byUri, dump, deadlock, cancellation);
        }

        if (session.PanicMessage is not { } message)
        {
            return byUri;
        }

        IReadOnlyList<PanicSite> sites = session.GetPanicSites(cancellation);
        Location place = sites.Count > 0 ? PlaceOf(session, sites[0], places, cancellation) : places.OfPanic();
        FaultExplanation? fault = session.GetExplanation(cancellation);
        var callers = sites.Skip(1).Take(MaxCallers)
            .Select(site => new DiagnosticRelatedInformation(PlaceOf(session, site, places, cancellation), TextOf(site, fault)))
            .ToList();
        string text = fault is { Sentences.Count: > 0 } ? $"{message}\n{string.Join(' ', fault.Sentences)}"
            : sites.Count > 0 ? $"{message}\n{sites[0].Message}" : message;
        bool hasRelated = features().HasRelatedInformation;
        if (!hasRelated && callers.Count > 0)
        {
            text += "\n" + string.Join('\n', sites.Skip(1).Take(MaxCallers)
                .Select(site => FormattableString.Invariant($"{TextOf(site, fault)} ({site.Location.RelativeFile}:{site.Location.Line})")));
        }

        CodeDescription? page = RulePage.NameOf(session.GetPanicStack(cancellation)?.Kind) is { } name ? new CodeDescription(virtuals.PublicUri(dump, name, cancellation)) : null;
        Add(byUri, place, new Diagnostic(place.Range, Error, Source, text, "panic", page, RelatedInformation: hasRelated && callers.Count > 0 ? callers : null));
        return byUri;
    }

    // Only what went wrong: a note or information in the report is no problem of the user's workspace.
    private void AddFindings(Dictionary<string, List<Diagnostic>> byUri, OpenDump dump, ReportPlaces places, CancellationToken cancellation)
    {
        foreach (Finding finding in dump.Session.GetFindings(cancellation).Where(finding => FindingSeverity.Rank(finding.Severity) <= LeastShown).Take(MaxFindings))
        {
            string? page = RulePage.NameOf(finding.Rule) is { } name ? virtuals.PublicUri(dump, name, cancellation) : null;
            Location place = places.OfFinding(finding.Rule);
            Add(byUri, place, new Diagnostic(
                place.Range, Warning, Source, $"{finding.Title}. {finding.Text}", finding.Rule, page is null ? null : new CodeDescription(page)));
        }
    }

    // At the line where each task of the circle waits: what for, and who has it; the others as related places.
    private void AddDeadlock(Dictionary<string, List<Diagnostic>> byUri, OpenDump dump, Deadlock deadlock, CancellationToken cancellation)
    {
        var here = new List<(Location Place, string Text)>();
        foreach (TaskWait wait in deadlock.Waits.Take(MaxCallers))
        {
            if (wait.Caller?.Source is { Line: > 0 } source && dump.Session.FindSources(new SpanTarget { Source = source }, cancellation)
                .FirstOrDefault(candidate => candidate is { LocalPath: not null, Line: > 0 }) is { } local)
            {
                string holder = wait.Holders.Count == 0 ? "" : $", {WaitWords.Relation(wait, wait.Holders[0])} {WaitWords.InSentence(wait.Holders[0].Task)}";
                TextRange range = SourceLines.RangeOf(local.LocalPath!, local.Line, local.Column);
                here.Add((new Location(DocumentUri.FromPath(local.LocalPath!), range), $"{WaitWords.InSentence(wait.Task)} waits here for {wait.What}{holder}"));
            }
        }

        CodeDescription? page = RulePage.NameOf(DeadlockRule) is { } name ? new CodeDescription(virtuals.PublicUri(dump, name, cancellation)) : null;
        for (int i = 0; i < here.Count; i++)
        {
            DiagnosticRelatedInformation[] others = [.. here.Where((_, other) => other != i).Select(other => new DiagnosticRelatedInformation(other.Place, other.Text))];
            string text = $"{here[i].Text}: a deadlock of {Words.Count(deadlock.Waits.Count, "task")}.";
            Add(byUri, here[i].Place, new Diagnostic(
                here[i].Place.Range, Error, Source, text, DeadlockRule, page, RelatedInformation: features().HasRelatedInformation && others.Length > 0 ? others : null));
        }
    }

    private static void Add(Dictionary<string, List<Diagnostic>> byUri, Location place, Diagnostic diagnostic)
    {
        if (!byUri.TryGetValue(place.Uri, out List<Diagnostic>? list))
        {
            byUri[place.Uri] = list = [];
        }

        list.Add(diagnostic);
    }

    // The frames that the bad value passed say so, with the value.
    private static string TextOf(PanicSite site, FaultExplanation? fault)
    {
        string caller = $"called from {site.Function}";
        return fault?.Chain.FirstOrDefault(step => step.FrameIndex == site.FrameIndex) is not { } step ? caller
            : caller + ": " + step.Text + (step.Value is { } value ? $" ({Words.Hex(value)})" : "");
    }

    private static Location PlaceOf(ICrashSession session, PanicSite site, ReportPlaces places, CancellationToken cancellation)
    {
        ResolvedSource? source = session.FindSources(new SpanTarget { Source = site.Location }, cancellation)
            .FirstOrDefault(candidate => candidate is { LocalPath: not null, Line: > 0 });
        return source is null
            ? places.OfFrame(site.FrameIndex)
            : new Location(DocumentUri.FromPath(source.LocalPath!), SourceLines.RangeOf(source.LocalPath!, source.Line, source.Column));
    }
}
