// ReferencesFeature: the tasks whose stacks contain a function; the places in memory that point to an address.
using StreamJsonRpc;
using VaQuest.Binary;
using VaQuest.Diagnosis.Browse;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Text;
using VaQuest.Lsp.Protocol;
using VaQuest.Lsp.Server;
using VaQuest.Lsp.Server.Documents;
using VaQuest.Lsp.Server.Dumps;
using VaQuest.Lsp.Server.Progress;

namespace VaQuest.Lsp.Features.References;

/// <summary>
/// textDocument/references: of a function its other lines in the document, and one line per task of the open dump; of an address the lines of the
/// page that lists who points to the object there.
/// </summary>
internal sealed class ReferencesFeature(
    DocumentViews views, VirtualDocuments virtuals, ClientConnection connection, ProgressReports progress, ServerSettings settings, Func<ClientFeatures> features)
{
    private const int MaxLocations = 1000;

    private const int RequestCancelled = -32800;

    /// <summary>Runs in the order of the wire until the work begins: a progress must be known before the next message, which may cancel it.</summary>
    public object Handle(ReferenceParams request, CancellationToken cancellation)
    {
        Task settled = settings.Settled;
        var watch = new PointerWatch(connection, progress, request, features().HasWorkDoneProgress, cancellation);
        return Task.Run<object?>(() => FindAsync(request, watch, settled, cancellation), CancellationToken.None);
    }

    private async Task<object?> FindAsync(ReferenceParams request, PointerWatch begun, Task settled, CancellationToken cancellation)
    {
        using PointerWatch watch = begun;
        try
        {
            await settled.WaitAsync(watch.Cancellation).ConfigureAwait(false);
            return Find(request, watch, watch.Cancellation);
        }
        catch (OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            throw new LocalRpcException("The search was cancelled.") { ErrorCode = RequestCancelled };
        }
    }

    private List<Location>? Find(ReferenceParams request, PointerWatch watch, CancellationToken cancellation)
    {
        if (views.Find(request.TextDocument.Uri, cancellation) is not { } view)
        {
            return null;
        }

        if (FunctionAt(view, request.Position) is not { } function)
        {
            return AddressAt(view, request.Position) is { } pointed && view.Dump is { } open ? FindPointers(open, pointed, watch, cancellation) : null;
        }

        var locations = new List<Location>();
        var seenLines = new HashSet<int>();
        var seenFrames = new HashSet<ulong>();
        foreach (TextSpan span in view.Text.Spans)
        {
            if (span.Kind is SpanKind.Frame or SpanKind.Function && span.Target?.Symbol == function
                && seenLines.Add(view.Text.PositionOf(span.Start).Line) && locations.Count < MaxLocations)
            {
                locations.Add(new Location(view.Uri, span.Kind == SpanKind.Frame ? view.NameRangeOf(span) : view.RangeOf(span)));
                if (span.Target.Address is { } address)
                {
                    seenFrames.Add(address.Value);
                }
            }
        }

        if (view.Dump is { } dump)
        {
            AddTasks(dump, function, seenFrames, locations, cancellation);
        }

        return locations;
    }

    // Stacks that the document shows already are not listed twice.
    private void AddTasks(
        OpenDump dump, string function, HashSet<ulong> seenFrames, List<Location> locations, CancellationToken cancellation)
    {
        IReadOnlyList<StackReference> hits = dump.Session.FindTasksIn(function, cancellation);
        string? uri = null;
        for (int i = 0; i < hits.Count && locations.Count < MaxLocations; i++)
        {
            if (hits[i].Task?.IsOnCpu == true && seenFrames.Contains(hits[i].Frame.Pc.Value))
            {
                continue;
            }

            uri ??= virtuals.PublicUri(dump, VirtualDocuments.StacksName(function), cancellation);
            locations.Add(new Location(uri, new TextRange(new Position(i + 1, 0), new Position(i + 1, 0))));
        }
    }

    // Searching all memory takes as long as reading the dump; the client may cancel it.
    private List<Location>? FindPointers(OpenDump dump, VirtAddr address, PointerWatch watch, CancellationToken cancellation)
    {
        var locations = new List<Location>();
        AnnotatedText text;
        string page = "pointers/" + Words.Hex(address.Value);
        if (virtuals.ClientShowsContent)
        {
            // The document's address is known before its text; as a file it would have to be written first.
            watch.Show(virtuals.PublicUri(dump, KernelPage.NameOf(new SpanTarget { Page = page })!, cancellation));
        }

        try
        {
            text = PageRenderer.Render(dump.Session.GetPage("pointers", Words.Hex(address.Value), watch, cancellation));
        }
        catch (DumpFormatException)
        {
            return null;
        }

        watch.Flush();
        if (watch.HasSent)
        {
            return locations;
        }

        string uri = virtuals.PublicUri(dump, KernelPage.NameOf(new SpanTarget { Page = page })!, cancellation);
        var seen = new HashSet<int>();
        foreach (TextSpan span in text.Spans.Where(span => span.Kind == SpanKind.Address))
        {
            (int line, int character) = text.PositionOf(span.Start);
            if (seen.Add(line) && locations.Count < MaxLocations)
            {
                locations.Add(new Location(uri, new TextRange(new Position(line, character), new Position(line, character + span.Length))));
            }
        }

        return locations;
    }

    private static VirtAddr? AddressAt(DocumentView view, Position position) =>
        view.SpansAt(position).Select(span => span.Target?.Address).FirstOrDefault(address => address is not null);

    private static string? FunctionAt(DocumentView view, Position position) =>
        view.SpansAt(position).Select(span => span.Target?.Symbol).FirstOrDefault(symbol => symbol is not null);
}
