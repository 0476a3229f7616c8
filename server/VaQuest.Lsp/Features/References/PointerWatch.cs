// PointerWatch: tells the client how far a search of memory is, and the places found by now.
using System.Diagnostics;
using Newtonsoft.Json.Linq;
using VaQuest.Diagnosis.Browse;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Lsp.Protocol;
using VaQuest.Lsp.Server;
using VaQuest.Lsp.Server.Progress;

namespace VaQuest.Lsp.Features.References;

/// <summary>
/// Progress goes to the token of the request; without one the server makes its own when the search takes noticeable time and the client shows such. The
/// first hit is sent at once, later ones in parts. Called from one thread at a time.
/// </summary>
internal sealed class PointerWatch : IProgress<PageProgress>, IDisposable
{
    /// <summary>A search that is done before this needs no progress.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(300);

    /// <summary>At most this often partial results are sent, but for the first.</summary>
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(100);

    private readonly ClientConnection _client;
    private readonly ProgressReports _reports;
    private readonly JToken? _partialToken;
    private readonly bool _canCreate;
    private readonly CancellationTokenSource _source;
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly List<Location> _waiting = [];
    private ProgressReport? _progress;
    private JToken? _ownToken;
    private Task<bool>? _creation;
    private string? _uri;
    private long _sent;
    private int _rows;

    /// <summary>Makes a watch; the progress of a token begins at once, so that the next message may cancel it.</summary>
    /// <param name="client">Who is told.</param>
    /// <param name="reports">The progress reports under way.</param>
    /// <param name="request">Its tokens.</param>
    /// <param name="canCreate">True when the client shows progress that the server begins.</param>
    /// <param name="cancellation">The request's own.</param>
    public PointerWatch(ClientConnection client, ProgressReports reports, ReferenceParams request, bool canCreate, CancellationToken cancellation)
    {
        (_client, _reports) = (client, reports);
        _canCreate = canCreate;
        _partialToken = IsToken(request.PartialResultToken) ? request.PartialResultToken : null;
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _progress = IsToken(request.WorkDoneToken) ? Begin(request.WorkDoneToken!) : null;
    }

    public CancellationToken Cancellation => _source.Token;

    /// <summary>True when hits were sent already: the answer must then not repeat them.</summary>
    public bool HasSent { get; private set; }

    /// <summary>Says in which document the rows will stand; before that nothing is sent.</summary>
    public void Show(string uri) => _uri = uri;

    public void Report(PageProgress value)
    {
        _progress?.Report(new SessionProgress("Searching memory", (int)(100 * Math.Clamp(value.Share, 0, 1))));
        StartOwn();
        if (value.Row is { } row)
        {
            if (_partialToken is not null && _uri is not null)
            {
                // As the page will have it: two spaces, then the place.
                int line = PageRenderer.FirstRowLine + _rows;
                _waiting.Add(new Location(_uri, new TextRange(new Position(line, 2), new Position(line, 2 + row[0].Text.Length))));
            }

            _rows++;
        }

        if (_waiting.Count > 0 && (!HasSent || Stopwatch.GetElapsedTime(_sent) > s_interval))
        {
            Flush();
        }
    }

    /// <summary>Sends what is still waiting.</summary>
    public void Flush()
    {
        if (_waiting.Count > 0)
        {
            _client.Notify("$/progress", new ProgressParams(_partialToken!, _waiting.ToArray()));
            _waiting.Clear();
            HasSent = true;
            _sent = Stopwatch.GetTimestamp();
        }
    }

    public void Dispose()
    {
        Adopt();
        if (_creation is { IsCompleted: false } late)
        {
            // A progress that the client makes after the end would stay for ever.
            _ = late.ContinueWith(made => End(made.Result), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            return;
        }

        _progress?.Dispose();
        _source.Dispose();
    }

    private void End(bool isMade)
    {
        if (isMade)
        {
            Begin(_ownToken!).Dispose();
        }

        _source.Dispose();
    }

    private static bool IsToken(JToken? token) => token?.Type is JTokenType.Integer or JTokenType.String;

    private ProgressReport Begin(JToken token) => _reports.Begin(token, "Finding references", _source);

    private void StartOwn()
    {
        if (_progress is null && _canCreate && _creation is null && Stopwatch.GetElapsedTime(_start) > s_patience)
        {
            _ownToken = "vaquest-search-" + Guid.NewGuid().ToString("N");
            _creation = _client.AskAsync("window/workDoneProgress/create", new WorkDoneProgressCreateParams(_ownToken));
        }

        Adopt();
    }

    private void Adopt()
    {
        if (_progress is null && _creation is { IsCompletedSuccessfully: true, Result: true })
        {
            _progress = Begin(_ownToken!);
        }
    }
}
