// MethodTable: ties method names to handlers.
using System.Reflection;
using StreamJsonRpc;

namespace VaQuest.Lsp.Server.Wire;

/// <summary>Registers guarded endpoints with the RPC library.</summary>
internal sealed class MethodTable(JsonRpc rpc, ServerLifetime lifetime, ServerSettings settings, ServerLog log)
{
    public void Request<TParams>(string method, Func<TParams, CancellationToken, object?> handler) =>
        Add(method, EndpointKind.Request, handler);

    public void OrderedRequest<TParams>(string method, Func<TParams, CancellationToken, object?> handler) =>
        Add(method, EndpointKind.OrderedRequest, handler);

    public void Notification<TParams>(string method, Action<TParams> handler) =>
        Add<TParams>(method, EndpointKind.Notification, (value, _) =>
        {
            handler(value);
            return null;
        });

    private void Add<TParams>(string method, EndpointKind kind, Func<TParams, CancellationToken, object?> handler)
    {
        var endpoint = new Endpoint<TParams>(method, kind, handler, lifetime, settings, log);
        MethodInfo invoke = typeof(Endpoint<TParams>).GetMethod(nameof(Endpoint<>.InvokeAsync))!;
        rpc.AddLocalRpcMethod(invoke, endpoint, new JsonRpcMethodAttribute(method) { UseSingleObjectParameterDeserialization = true });
    }
}
