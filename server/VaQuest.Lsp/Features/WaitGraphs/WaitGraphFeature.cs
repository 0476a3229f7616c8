// WaitGraphFeature: the wait-for graph of a dump as a picture.
using VaQuest.Diagnosis.Explain.Waits.Picture;
using VaQuest.Diagnosis.Sources;
using VaQuest.Diagnosis.Text;
using VaQuest.Lsp.Features.Definition;
using VaQuest.Lsp.Protocol;
using VaQuest.Lsp.Server.Documents;
using VaQuest.Lsp.Server.Dumps;

namespace VaQuest.Lsp.Features.WaitGraphs;

/// <summary>The request vaquest/waitGraph (docs/protocol.md): boxes and arrows with their places; where links lead is made here, from what they stand for.</summary>
internal sealed class WaitGraphFeature(VirtualDocuments virtuals)
{
    public const string Method = "vaquest/waitGraph";

    public WaitGraphResult? Handle(WaitGraphParams request, CancellationToken cancellation)
    {
        if (virtuals.FindDump(request.Uri) is not { } dump || dump.Session.GetWaitPicture(cancellation) is not { } picture)
        {
            return null;
        }

        return new WaitGraphResult(
            picture.Summary, picture.Width, picture.Height, [.. picture.Nodes.Select(node => NodeOf(dump, node, cancellation))], [.. picture.Edges.Select(EdgeOf)],
            virtuals.PublicUri(dump, VirtualDocuments.WaitsName, cancellation));
    }

    private WaitGraphNode NodeOf(OpenDump dump, PictureNode node, CancellationToken cancellation)
    {
        var links = new List<WaitGraphLink>();
        foreach (PictureLink link in node.Links)
        {
            if (LocationOf(dump, link.Target, cancellation) is { } location)
            {
                links.Add(new WaitGraphLink(link.Label, link.Line, location));
            }
        }

        return new WaitGraphNode(
            node.Kind.ToString().ToLowerInvariant(), node.X, node.Y, PictureMeasures.NodeWidth, node.Height, node.Lines, node.Description,
            node.IsInDeadlock, node.IsRoot, links);
    }

    private static WaitGraphEdge EdgeOf(PictureEdge edge) =>
        new(edge.From, edge.To, edge.Label, edge.IsCertain, edge.IsInDeadlock, [.. edge.Points.Select(point => new[] { point.X, point.Y })]);

    private Location? LocationOf(OpenDump dump, SpanTarget target, CancellationToken cancellation)
    {
        if (LinkedDocument.NameOf(target) is { } document)
        {
            return DocumentAt(dump, document, cancellation);
        }

        if (target.Symbol is null)
        {
            return target.Address is { } address ? DocumentAt(dump, KernelPage.OfMemory(address), cancellation) : null;
        }

        IReadOnlyList<ResolvedSource> sources = dump.Session.FindSources(target, cancellation);
        if (sources.FirstOrDefault(candidate => candidate.LocalPath is not null) is { } source)
        {
            return new Location(DocumentUri.FromPath(source.LocalPath!), SourceRange.Of(source));
        }

        return sources.Select(candidate => candidate.Location).FirstOrDefault(location => location is not null) is { } missing
            && virtuals.ClientShowsContent && virtuals.MissingSourceUri(dump, missing, cancellation) is { } page ? new Location(page, SourceRange.Start) : null;
    }

    // A client that needs files would get one for each box, most of them for nothing.
    private Location? DocumentAt(OpenDump dump, string document, CancellationToken cancellation) =>
        virtuals.ClientShowsContent ? new Location(virtuals.PublicUri(dump, document, cancellation), SourceRange.Start) : null;
}
