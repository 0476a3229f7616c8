// WireEntry: what an editor sends.
using StreamJsonRpc;
using StreamJsonRpc.Protocol;
using VaQuest.Fuzz.Engine;
using VaQuest.Lsp.Server.Wire;

namespace VaQuest.Fuzz.Entries;

/// <summary>Reads messages until the stream ends: framing, JSON, and the refusals that are written back.</summary>
internal sealed class WireEntry() : FuzzEntry("lsp-wire")
{
    public override IEnumerable<FuzzSeed> Seeds =>
    [
        Message("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"processId\":null,\"capabilities\":{}}}"),
        Message("{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/didOpen\",\"params\":{\"textDocument\":{\"uri\":\"file:///a\",\"text\":\"x\"}}}"),
        Message("{\"jsonrpc\":\"2.0\",\"id\":\"s\",\"result\":[1,2.5,null,true]}"),
        Message("{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":-32700,\"message\":\"x\",\"data\":{}}}"),
    ];

    public override IReadOnlyList<byte[]> Words { get; } =
        [.. new[] { "Content-Length: ", "\r\n", "\r\n\r\n", "Content-Type: utf-8", "\"jsonrpc\":\"2.0\"", "\"id\":", "\"method\":", "\"params\":", "\"result\":", "\"error\":", "null", "{}", "[]", "[[[[", "99999999999", "-1", "\\u0000", "\ufeff" }.Select(Text)];

    public override void Run(byte[] input)
    {
        using var stream = new MemoryStream(input);
        using var output = new MemoryStream();
        var formatter = new JsonMessageFormatter();
        int complaints = 0;
        var handler = new GuardedMessageHandler(output, stream, formatter, _ => complaints++);
        while (handler.ReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult() is { } message)
        {
            Require(message is JsonRpcRequest or JsonRpcResult or JsonRpcError, "a message is one of three");
        }

        handler.DisposeAsync().GetAwaiter().GetResult();
        Require(complaints <= input.Length + 1, "complaints are bounded");
    }

    private static FuzzSeed Message(string json) => new(Text(FormattableString.Invariant($"Content-Length: {json.Length}\r\n\r\n{json}")));
}
