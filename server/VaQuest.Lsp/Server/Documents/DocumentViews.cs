// DocumentViews: finds the document a request is about.
using VaQuest.Diagnosis.Logs;
using VaQuest.Lsp.Server.Dumps;

namespace VaQuest.Lsp.Server.Documents;

/// <summary>Generated documents first, then texts the client has open.</summary>
public sealed class DocumentViews(VirtualDocuments virtuals, TextDocuments texts, DumpRegistry dumps)
{
    /// <summary>The document, or null when it is not known or nothing VaQuest can read.</summary>
    public DocumentView? Find(string uri, CancellationToken cancellation)
    {
        if (virtuals.Find(uri, cancellation) is { } found)
        {
            return new DocumentView(uri, found.Text, new SessionLookup(found.Dump.Session), found.Dump);
        }

        return texts.Find(uri) is { Log: { } log } document ? ViewOf(document, log) : null;
    }

    /// <summary>The text logs that are open.</summary>
    public IEnumerable<DocumentView> OpenLogs() =>
        texts.All.Where(document => document.Log is not null).Select(document => ViewOf(document, document.Log!));

    private DocumentView ViewOf(TextDocument document, KernelLog log)
    {
        OpenDump? dump = log.Release is { } release ? dumps.FindByRelease(release) : null;
        return new DocumentView(document.Uri, log.Text, new LogLookup(log, dump, dumps.Logs), dump);
    }
}
