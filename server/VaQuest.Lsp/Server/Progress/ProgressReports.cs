// ProgressReports: the progress reports under way, by token.
using System.Collections.Concurrent;
using Newtonsoft.Json.Linq;
using VaQuest.Lsp.Protocol;

namespace VaQuest.Lsp.Server.Progress;

/// <summary>Begins reports and stops the work behind one when the client cancels its token.</summary>
internal sealed class ProgressReports(ClientConnection client)
{
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _running = new(StringComparer.Ordinal);

    public ProgressReport Begin(JToken? token, string title, CancellationToken cancellation) =>
        Begin(token, title, CancellationTokenSource.CreateLinkedTokenSource(cancellation));

    /// <summary>Begins a report; <paramref name="source"/> is set when the client cancels, and disposed with the report.</summary>
    public ProgressReport Begin(JToken? token, string title, CancellationTokenSource source)
    {
        // Tokens are numbers or strings; anything else is not a token.
        JToken? usable = token?.Type is JTokenType.Integer or JTokenType.String ? token : null;
        string? key = usable?.ToString(Newtonsoft.Json.Formatting.None);
        if (key is not null)
        {
            _running[key] = source;
        }

        return new ProgressReport(client, usable, title, source, () =>
        {
            if (key is not null)
            {
                _running.TryRemove(new KeyValuePair<string, CancellationTokenSource>(key, source));
            }
        });
    }

    public void Cancel(WorkDoneProgressCancelParams request)
    {
        if (_running.TryGetValue(request.Token.ToString(Newtonsoft.Json.Formatting.None), out CancellationTokenSource? source))
        {
            try
            {
                source.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // The work ended between the two lines: nothing is left to cancel.
            }
        }
    }
}
