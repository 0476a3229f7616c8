// ClientConnection: what the server says to and asks of the client.
using Newtonsoft.Json.Linq;
using StreamJsonRpc;
using VaQuest.Lsp.Server.Wire;

namespace VaQuest.Lsp.Server;

/// <summary>Notifications never fail; requests answer null when the client refuses or is gone.</summary>
public sealed class ClientConnection(JsonRpc rpc)
{
    public void Notify(string method, object parameters)
    {
        Task sending = rpc.NotifyWithParameterObjectAsync(method, ProtocolJson.ToArguments(parameters));
        _ = sending.ContinueWith(
            // A client that is gone cannot be told so.
            static task => _ = task.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default);
    }

    /// <summary>Asks for something without an answer of its own. False when the client refuses or is gone.</summary>
    public async Task<bool> AskAsync(string method, object parameters)
    {
        try
        {
            await rpc.InvokeWithParameterObjectAsync<JToken?>(method, ProtocolJson.ToArguments(parameters), CancellationToken.None).ConfigureAwait(false);
            return true;
        }
        catch (Exception error) when (error is RemoteRpcException or ConnectionLostException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>The client's answer, or null when it has none.</summary>
    public async Task<JToken?> RequestAsync(string method, object parameters, CancellationToken cancellation)
    {
        try
        {
            return await rpc.InvokeWithParameterObjectAsync<JToken?>(method, ProtocolJson.ToArguments(parameters), cancellation)
                .ConfigureAwait(false);
        }
        catch (Exception error) when (error is RemoteRpcException or ConnectionLostException or ObjectDisposedException)
        {
            return null;
        }
    }
}
