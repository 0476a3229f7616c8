// ScriptedClient: a hand-written LSP client for tests; it shares no code with the server.
using System.Collections.Concurrent;
using System.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Xunit;

namespace VaQuest.Lsp.Tests.Server;

/// <summary>Sends requests and raw bytes, keeps what the server says.</summary>
public sealed class ScriptedClient : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly Stream _toServer;
    private readonly Stream _fromServer;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JObject>> _pending = new();
    private readonly List<JObject> _notifications = [];
    private readonly List<JObject> _unmatched = [];
    private readonly SemaphoreSlim _write = new(1, 1);
    private readonly object _gate = new();
    private int _nextId;

    public ScriptedClient(Stream toServer, Stream fromServer)
    {
        (_toServer, _fromServer) = (toServer, fromServer);
        Finished = Task.Run(ReadAllAsync);
    }

    /// <summary>Completes when the server closed its side.</summary>
    public Task Finished { get; }

    /// <summary>Answers to the server's requests, by method; unknown ones get null.</summary>
    public ConcurrentDictionary<string, Func<JToken?, JToken?>> Answers { get; } = new();

    public async Task<JObject> RequestRawAsync(string method, JToken? parameters)
    {
        string id = Interlocked.Increment(ref _nextId).ToString(System.Globalization.CultureInfo.InvariantCulture);
        Task<JObject> answer = Expect(id);
        await SendAsync(new JObject { ["jsonrpc"] = "2.0", ["id"] = int.Parse(id), ["method"] = method, ["params"] = parameters });
        return await answer.WaitAsync(s_patience);
    }

    /// <summary>The result; fails the test on an error.</summary>
    public async Task<JToken> RequestAsync(string method, object? parameters)
    {
        JObject answer = await RequestRawAsync(method, parameters is null ? null : JToken.FromObject(parameters));
        Assert.True(answer["error"] is null, $"{method}: {answer["error"]}");
        return answer["result"]!;
    }

    public async Task<JObject> RequestErrorAsync(string method, object? parameters)
    {
        JObject answer = await RequestRawAsync(method, parameters is null ? null : JToken.FromObject(parameters));
        Assert.True(answer["error"] is JObject, $"{method} should fail but answered {answer}");
        return (JObject)answer["error"]!;
    }

    public Task NotifyAsync(string method, object? parameters) => SendAsync(new JObject
    {
        ["jsonrpc"] = "2.0",
        ["method"] = method,
        ["params"] = parameters is null ? null : JToken.FromObject(parameters),
    });

    /// <summary>The answer that will come for an id the test sends itself.</summary>
    public Task<JObject> Expect(string id) =>
        _pending.GetOrAdd(id, _ => new TaskCompletionSource<JObject>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public Task SendAsync(JToken message) => SendTextAsync(message.ToString(Formatting.None));

    public Task SendTextAsync(string json) => SendBytesAsync(Frame(json));

    /// <summary>A message as it goes over the wire.</summary>
    public static byte[] Frame(JToken message) => Frame(message.ToString(Formatting.None));

    private static byte[] Frame(string json)
    {
        byte[] content = Encoding.UTF8.GetBytes(json);
        return [.. Encoding.ASCII.GetBytes($"Content-Length: {content.Length}\r\n\r\n"), .. content];
    }

    public async Task SendBytesAsync(byte[] bytes)
    {
        await _write.WaitAsync();
        try
        {
            await _toServer.WriteAsync(bytes);
            await _toServer.FlushAsync();
        }
        finally
        {
            _write.Release();
        }
    }

    public void Dispose() => _write.Dispose();

    public void CloseInput() => _toServer.Dispose();

    public IReadOnlyList<JObject> Notifications(string method)
    {
        lock (_gate)
        {
            return [.. _notifications.Where(item => (string?)item["method"] == method)];
        }
    }

    /// <summary>Waits for a notification that matches.</summary>
    public async Task<JObject> WaitForAsync(string method, Func<JObject, bool>? matches = null)
    {
        DateTime end = DateTime.UtcNow + s_patience;
        while (DateTime.UtcNow < end)
        {
            if (Notifications(method).FirstOrDefault(item => matches?.Invoke((JObject)item["params"]!) ?? true) is { } found)
            {
                return (JObject)found["params"]!;
            }

            await Task.Delay(10);
        }

        throw new TimeoutException($"No {method} came. Log: {string.Join('\n', Notifications("window/logMessage"))}");
    }

    /// <summary>Waits for an answer without a known id.</summary>
    public async Task<JObject> WaitForUnmatchedAsync()
    {
        DateTime end = DateTime.UtcNow + s_patience;
        while (DateTime.UtcNow < end)
        {
            lock (_gate)
            {
                if (_unmatched.Count > 0)
                {
                    JObject first = _unmatched[0];
                    _unmatched.RemoveAt(0);
                    return first;
                }
            }

            await Task.Delay(10);
        }

        throw new TimeoutException("No answer without an id came.");
    }

    private async Task ReadAllAsync()
    {
        var reader = new BufferedStream(_fromServer, 1 << 16);
        while (await ReadMessageAsync(reader) is { } message)
        {
            if (message["method"] is null)
            {
                if (message["id"] is { Type: not JTokenType.Null } id)
                {
                    _ = Expect(id.ToString());
                    _pending[id.ToString()].TrySetResult(message);
                }
                else
                {
                    lock (_gate)
                    {
                        _unmatched.Add(message);
                    }
                }
            }
            else if (message["id"] is null)
            {
                lock (_gate)
                {
                    _notifications.Add(message);
                }
            }
            else
            {
                JToken? result = Answers.TryGetValue((string)message["method"]!, out Func<JToken?, JToken?>? answer)
                    ? answer(message["params"])
                    : JValue.CreateNull();
                await SendAsync(new JObject { ["jsonrpc"] = "2.0", ["id"] = message["id"], ["result"] = result });
            }
        }
    }

    private static async Task<JObject?> ReadMessageAsync(Stream reader)
    {
        int length = -1;
        while (true)
        {
            var line = new StringBuilder();
            int value;
            while ((value = await ReadByteAsync(reader)) >= 0 && value != '\n')
            {
                line.Append((char)value);
            }

            if (value < 0)
            {
                return null;
            }

            string header = line.ToString().TrimEnd('\r');
            if (header.Length == 0)
            {
                break;
            }

            if (header.StartsWith("Content-Length: ", StringComparison.Ordinal))
            {
                length = int.Parse(header[16..]);
            }
        }

        Assert.True(length >= 0, "The server sent a message without Content-Length.");
        byte[] content = new byte[length];
        await reader.ReadExactlyAsync(content);
        return JObject.Parse(Encoding.UTF8.GetString(content));
    }

    private static async Task<int> ReadByteAsync(Stream reader)
    {
        byte[] one = new byte[1];
        return await reader.ReadAsync(one) == 1 ? one[0] : -1;
    }
}
