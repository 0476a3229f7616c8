// Endpoint: one method of the server, guarded so that a fault in it ends nothing but itself.
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using StreamJsonRpc;
using StreamJsonRpc.Protocol;

namespace VaQuest.Lsp.Server.Wire;

/// <summary>Turns JSON parameters into a record, runs the handler, turns faults into a log line and an empty answer.</summary>
/// <typeparam name="TParams">The protocol record of the parameters.</typeparam>
internal sealed class Endpoint<TParams>(
    string method,
    EndpointKind kind,
    Func<TParams, CancellationToken, object?> handler,
    ServerLifetime lifetime,
    ServerSettings settings,
    ServerLog log)
{
    /// <summary>Called by the RPC library, in the order messages arrive until the first await.</summary>
    /// <param name="parameters">Any JSON, or nothing.</param>
    /// <param name="cancellation">Set by $/cancelRequest.</param>
    public async Task<JToken?> InvokeAsync(JToken? parameters = null, CancellationToken cancellation = default)
    {
        if (lifetime.Refusal(method) is { } refusal)
        {
            if (kind == EndpointKind.Notification)
            {
                return null;
            }

            throw new LocalRpcException(refusal.Message) { ErrorCode = refusal.Code };
        }

        TParams value;
        try
        {
            value = ProtocolJson.ToValue<TParams>(parameters is null or { Type: JTokenType.Null } ? new JObject() : parameters);
        }
        catch (Exception error) when (error is JsonException or FormatException or OverflowException or ArgumentException)
        {
            log.Warning($"{method}: wrong parameters: {error.Message}");
            return kind == EndpointKind.Notification
                ? null
                : throw new LocalRpcException($"Wrong parameters of {method}: {error.Message}")
                {
                    ErrorCode = (int)JsonRpcErrorCode.InvalidParams,
                };
        }

        try
        {
            // Documents and lifetime change in the order of the wire; everything else leaves the reader alone at once, and is answered with the
            // settings that the client had sent or announced before it.
            Task settled = settings.Settled;
            object? answer = kind == EndpointKind.Request
                ? await Task.Run(() => RunSettledAsync(settled, value, cancellation), cancellation).ConfigureAwait(false)
                : await RunAsync(value, cancellation).ConfigureAwait(false);
            return ProtocolJson.ToToken(answer);
        }
        catch (LocalRpcException)
        {
            throw;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
        catch (ObjectDisposedException)
        {
            // The dump was closed while it was being asked: there is nothing to say about it any more.
            return null;
        }
        catch (Exception error)
        {
            log.Error($"{method} failed: {error}");
            return null;
        }
    }

    private async Task<object?> RunSettledAsync(Task settled, TParams value, CancellationToken cancellation)
    {
        await settled.WaitAsync(cancellation).ConfigureAwait(false);
        return await RunAsync(value, cancellation).ConfigureAwait(false);
    }

    private async Task<object?> RunAsync(TParams value, CancellationToken cancellation)
    {
        object? answer = handler(value, cancellation);
        if (answer is Task<object?> pending)
        {
            return await pending.ConfigureAwait(false);
        }

        if (answer is Task plain)
        {
            await plain.ConfigureAwait(false);
            return null;
        }

        return answer;
    }
}
