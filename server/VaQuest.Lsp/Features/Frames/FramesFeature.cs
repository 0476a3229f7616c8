// FramesFeature: the panic stack as data.
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Sources;
using VaQuest.Diagnosis.Text;
using VaQuest.Lsp.Protocol;
using VaQuest.Lsp.Server.Documents;

namespace VaQuest.Lsp.Features.Frames;

/// <summary>The request vaquest/frames (docs/protocol.md): frames with source positions, for tests and tools.</summary>
internal sealed class FramesFeature(VirtualDocuments virtuals)
{
    public const string Method = "vaquest/frames";

    public FramesResult? Handle(FramesParams request, CancellationToken cancellation)
    {
        if (virtuals.Find(request.Uri, cancellation) is not { } found)
        {
            return null;
        }

        ICrashSession session = found.Dump.Session;
        return new FramesResult([.. session.GetPanicSites(cancellation).Select(site => ItemOf(session, site, cancellation))]);
    }

    private static StackFrameItem ItemOf(ICrashSession session, PanicSite site, CancellationToken cancellation)
    {
        ResolvedSource? source = session.FindSources(new SpanTarget { Source = site.Location }, cancellation)
            .FirstOrDefault(candidate => candidate.LocalPath is not null);
        return source is not null
            ? new StackFrameItem(site.FrameIndex, site.Function, source.LocalPath, source.Line, source.Column, true)
            : new StackFrameItem(site.FrameIndex, site.Function, site.Location.File, site.Location.Line, site.Location.Column, false);
    }
}
