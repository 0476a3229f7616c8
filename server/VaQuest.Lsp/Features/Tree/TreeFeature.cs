// TreeFeature: the tree of a dump, one branch at a time.
using VaQuest.Diagnosis.Browse.Tree;
using VaQuest.Diagnosis.Sources;
using VaQuest.Lsp.Features.Definition;
using VaQuest.Lsp.Protocol;
using VaQuest.Lsp.Server.Documents;
using VaQuest.Lsp.Server.Dumps;

namespace VaQuest.Lsp.Features.Tree;

/// <summary>The request vaquest/tree (docs/protocol.md).</summary>
internal sealed class TreeFeature(VirtualDocuments virtuals)
{
    public const string Method = "vaquest/tree";

    public TreeResult? Handle(TreeParams request, CancellationToken cancellation)
    {
        if (virtuals.FindDump(request.Uri) is not { } dump)
        {
            return null;
        }

        IReadOnlyList<TreeNode> nodes = dump.Session.GetTree(request.Node ?? "", cancellation);
        return new TreeResult([.. nodes.Select(node => new TreeItem(
            node.Id, KindOf(node.Kind), node.Label, node.Description, node.HasChildren, LocationOf(dump, node, cancellation)))]);
    }

    private Location? LocationOf(OpenDump dump, TreeNode node, CancellationToken cancellation)
    {
        string? document = node.Kind switch
        {
            TreeNodeKind.Report => VirtualDocuments.ReportName,
            TreeNodeKind.Log => VirtualDocuments.LogName,
            TreeNodeKind.Waits => VirtualDocuments.WaitsName,
            _ => LinkedDocument.NameOf(node.Target),
        };
        if (document is not null)
        {
            // A client that needs files gets those of the report and the log only: a file for each task would be written for nothing.
            if (!virtuals.ClientShowsContent && node.Kind is not (TreeNodeKind.Report or TreeNodeKind.Log))
            {
                return null;
            }

            return new Location(virtuals.PublicUri(dump, document, cancellation), SourceRange.Start);
        }

        ResolvedSource? source = node.Kind != TreeNodeKind.Frame || node.Target is null ? null
            : dump.Session.FindSources(node.Target, cancellation).FirstOrDefault(candidate => candidate.LocalPath is not null);
        return source is null ? null : new Location(DocumentUri.FromPath(source.LocalPath!), SourceRange.Of(source));
    }

    private static string KindOf(TreeNodeKind kind) => kind.ToString().ToLowerInvariant();
}
