// ProgressReport: tells the client how far opening a dump is.
using System.Diagnostics;
using Newtonsoft.Json.Linq;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Lsp.Protocol;

namespace VaQuest.Lsp.Server.Progress;

/// <summary>Sends begin, reports and end; silent without a token. Ends when disposed.</summary>
internal sealed class ProgressReport : IProgress<SessionProgress>, IDisposable
{
    /// <summary>At most this often: editors redraw their status bar for each.</summary>
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(100);

    private readonly ClientConnection _client;
    private readonly JToken? _token;
    private readonly CancellationTokenSource _source;
    private readonly Action _forget;
    private readonly Lock _gate = new();
    private string _step = string.Empty;
    private long _last;
    private bool _hasEnded;

    public ProgressReport(ClientConnection client, JToken? token, string title, CancellationTokenSource source, Action forget)
    {
        (_client, _token, _source, _forget) = (client, token, source, forget);
        Send(new WorkDoneProgress("begin", title, Cancellable: true, Percentage: 0));
    }

    /// <summary>Set by $/cancelRequest of the request or by window/workDoneProgress/cancel.</summary>
    public CancellationToken Cancellation => _source.Token;

    public void Report(SessionProgress value)
    {
        lock (_gate)
        {
            long now = Stopwatch.GetTimestamp();
            bool isSoon = Stopwatch.GetElapsedTime(_last, now) < s_interval;
            if (_hasEnded || (isSoon && value.Step == _step))
            {
                return;
            }

            (_step, _last) = (value.Step, now);
            Send(new WorkDoneProgress("report", Message: value.Step, Percentage: value.Percent));
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (!_hasEnded)
            {
                _hasEnded = true;
                Send(new WorkDoneProgress("end"));
            }
        }

        _forget();
        _source.Dispose();
    }

    private void Send(WorkDoneProgress value)
    {
        if (_token is not null)
        {
            _client.Notify("$/progress", new ProgressParams(_token, value));
        }
    }
}
