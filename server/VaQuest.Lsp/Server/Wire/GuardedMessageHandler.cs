// GuardedMessageHandler: reads messages from the wire so that no bad message ends the session.
using System.Buffers;
using System.Globalization;
using System.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using StreamJsonRpc;
using StreamJsonRpc.Protocol;

namespace VaQuest.Lsp.Server.Wire;

/// <summary>
/// The base protocol of LSP (headers, then JSON) with limits. A message that cannot be read is answered with an error (or dropped when it asks
/// for no answer) and reading goes on with the next one; an answer nobody asked for is dropped; a second request with an id in use is refused.
/// </summary>
public sealed class GuardedMessageHandler : HeaderDelimitedMessageHandler
{
    /// <summary>Bytes of one message: a 50 MB document (the most VS Code sends) with every character escaped to two, and room.</summary>
    public const int MaxContentLength = 128 << 20;

    /// <summary>Bytes of one header line; the standard's two headers need less than 100.</summary>
    private const int MaxHeaderLine = 4096;

    private const int MaxDepth = 128;

    private static readonly JsonLoadSettings s_loadSettings = new() { CommentHandling = CommentHandling.Ignore };

    private readonly JsonMessageFormatter _formatter;
    private readonly Action<string> _complain;
    private readonly Lock _gate = new();
    private readonly HashSet<RequestId> _asked = [];
    private readonly HashSet<RequestId> _answering = [];

    public GuardedMessageHandler(Stream output, Stream input, JsonMessageFormatter formatter, Action<string> complain)
        : base(output, input, formatter)
    {
        _formatter = formatter;
        _complain = complain;
    }

    /// <summary>The next good message, or null at the end of the stream.</summary>
    protected override async ValueTask<JsonRpcMessage?> ReadCoreAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            long? length = await ReadHeadersAsync(cancellationToken).ConfigureAwait(false);
            if (length is null)
            {
                return null;
            }

            if (length > MaxContentLength)
            {
                _complain(FormattableString.Invariant($"A message of {length} bytes is larger than {MaxContentLength} and was dropped."));
                await SkipAsync(length.Value, cancellationToken).ConfigureAwait(false);
                continue;
            }

            byte[]? content = await ReadContentAsync((int)length.Value, cancellationToken).ConfigureAwait(false);
            if (content is null)
            {
                return null;
            }

            JsonRpcMessage? message = await DecodeAsync(content, cancellationToken).ConfigureAwait(false);
            if (message is not null && await AdmitAsync(message, cancellationToken).ConfigureAwait(false))
            {
                return message;
            }
        }
    }

    protected override void Write(JsonRpcMessage content, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            switch (content)
            {
                case JsonRpcRequest { IsNotification: false } request:
                    _asked.Add(request.RequestId);
                    break;
                case JsonRpcResult result:
                    _answering.Remove(result.RequestId);
                    break;
                case JsonRpcError error:
                    _answering.Remove(error.RequestId);
                    break;
            }
        }

        base.Write(content, cancellationToken);
    }

    /// <summary>Content-Length of the next message; lines that are no headers are skipped until one is found. Null at the end.</summary>
    private async ValueTask<long?> ReadHeadersAsync(CancellationToken cancellation)
    {
        long? length = null;
        while (true)
        {
            string? line = await ReadLineAsync(cancellation).ConfigureAwait(false);
            if (line is null)
            {
                return null;
            }

            if (line.Length == 0)
            {
                if (length is not null)
                {
                    return length;
                }

                continue;
            }

            const string name = "Content-Length:";
            int at = line.LastIndexOf(name, StringComparison.OrdinalIgnoreCase);
            if (at < 0)
            {
                continue;
            }

            if (long.TryParse(line.AsSpan(at + name.Length).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long value))
            {
                length = value;
            }
            else
            {
                _complain("A message has a Content-Length that is no number and was dropped.");
            }
        }
    }

    private async ValueTask<string?> ReadLineAsync(CancellationToken cancellation)
    {
        while (true)
        {
            System.IO.Pipelines.ReadResult read = await Reader!.ReadAsync(cancellation).ConfigureAwait(false);
            ReadOnlySequence<byte> buffer = read.Buffer;
            SequencePosition? end = buffer.PositionOf((byte)'\n');
            if (end is { } newline)
            {
                ReadOnlySequence<byte> line = buffer.Slice(0, newline);
                string text = line.Length > MaxHeaderLine ? "?" : Encoding.ASCII.GetString(line).TrimEnd('\r');
                Reader.AdvanceTo(buffer.GetPosition(1, newline));
                return text;
            }

            if (buffer.Length > MaxHeaderLine)
            {
                // No header is this long: garbage. Keep the tail, where a header may have begun.
                Reader.AdvanceTo(buffer.GetPosition(buffer.Length - 64));
            }
            else
            {
                Reader.AdvanceTo(buffer.Start, buffer.End);
            }

            if (read.IsCompleted || read.IsCanceled)
            {
                return null;
            }
        }
    }

    private async ValueTask<byte[]?> ReadContentAsync(int length, CancellationToken cancellation)
    {
        // The array grows with what arrives, so that a huge length without content costs nothing.
        using var content = new MemoryStream();
        while (content.Length < length)
        {
            System.IO.Pipelines.ReadResult read = await Reader!.ReadAsync(cancellation).ConfigureAwait(false);
            long take = Math.Min(read.Buffer.Length, length - content.Length);
            foreach (ReadOnlyMemory<byte> piece in read.Buffer.Slice(0, take))
            {
                content.Write(piece.Span);
            }

            Reader.AdvanceTo(read.Buffer.GetPosition(take));
            if (content.Length < length && (read.IsCompleted || read.IsCanceled))
            {
                return null;
            }
        }

        return content.ToArray();
    }

    private async ValueTask SkipAsync(long length, CancellationToken cancellation)
    {
        while (length > 0)
        {
            System.IO.Pipelines.ReadResult read = await Reader!.ReadAsync(cancellation).ConfigureAwait(false);
            long take = Math.Min(read.Buffer.Length, length);
            Reader.AdvanceTo(read.Buffer.GetPosition(take));
            length -= take;
            if (length > 0 && (read.IsCompleted || read.IsCanceled))
            {
                return;
            }
        }
    }

    private async ValueTask<JsonRpcMessage?> DecodeAsync(byte[] content, CancellationToken cancellation)
    {
        JToken token;
        try
        {
            using var reader = new JsonTextReader(new StreamReader(new MemoryStream(content), new UTF8Encoding(false)))
            {
                MaxDepth = MaxDepth,
                DateParseHandling = DateParseHandling.None,
            };
            token = JToken.ReadFrom(reader, s_loadSettings);
        }
        catch (JsonException error)
        {
            _complain("A message is not JSON and was dropped: " + error.Message);
            await RefuseAsync(RequestId.Null, JsonRpcErrorCode.ParseError, "The message is not valid JSON.", cancellation)
                .ConfigureAwait(false);
            return null;
        }

        try
        {
            // A missing version is common in hand-written clients, and says nothing else.
            if (token is JObject envelope && envelope["jsonrpc"] is null)
            {
                envelope["jsonrpc"] = "2.0";
            }

            return _formatter.Deserialize(token);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            _complain("A message is not JSON-RPC and was dropped: " + error.Message);
            await RefuseAsync(IdOf(token), JsonRpcErrorCode.InvalidRequest, "The message is not a JSON-RPC 2.0 message.", cancellation)
                .ConfigureAwait(false);
            return null;
        }
    }

    private async ValueTask<bool> AdmitAsync(JsonRpcMessage message, CancellationToken cancellation)
    {
        bool isAnswer = message is JsonRpcResult or JsonRpcError;
        bool isAdmitted;
        RequestId id = RequestId.NotSpecified;
        lock (_gate)
        {
            switch (message)
            {
                case JsonRpcRequest { IsNotification: false } request:
                    id = request.RequestId;
                    isAdmitted = _answering.Add(id);
                    break;
                case JsonRpcResult result:
                    isAdmitted = _asked.Remove(result.RequestId);
                    break;
                case JsonRpcError error:
                    isAdmitted = _asked.Remove(error.RequestId);
                    break;
                default:
                    isAdmitted = true;
                    break;
            }
        }

        if (!isAdmitted && isAnswer)
        {
            _complain("An answer to no request was dropped.");
        }
        else if (!isAdmitted)
        {
            // The error must not free the id of the first request: it is written past the book-keeping's set.
            await RefuseAsync(RequestId.Null, JsonRpcErrorCode.InvalidRequest, $"A request with the id {id} is still being answered.", cancellation)
                .ConfigureAwait(false);
        }

        return isAdmitted;
    }

    private ValueTask RefuseAsync(RequestId id, JsonRpcErrorCode code, string message, CancellationToken cancellation) =>
        WriteAsync(
            new JsonRpcError { RequestId = id, Error = new JsonRpcError.ErrorDetail { Code = code, Message = message } },
            cancellation);

    private static RequestId IdOf(JToken token) => (token as JObject)?["id"] switch
    {
        JValue { Type: JTokenType.Integer, Value: long number } => new RequestId(number),
        JValue { Type: JTokenType.String, Value: string text } => new RequestId(text),
        _ => RequestId.Null,
    };
}
