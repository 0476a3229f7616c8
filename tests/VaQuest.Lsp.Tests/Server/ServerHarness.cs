// ServerHarness: the real server on in-memory pipes with a scripted client.
using System.IO.Pipelines;
using Newtonsoft.Json.Linq;
using VaQuest.Lsp.Server;
using VaQuest.Lsp.Server.Dumps;

namespace VaQuest.Lsp.Tests.Server;

/// <summary>Ends the server when disposed; what it does meanwhile is all over the wire.</summary>
public sealed class ServerHarness : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();

    private ServerHarness(OpenSession open)
    {
        var toServer = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var fromServer = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        Exit = Task.Run(async () =>
        {
            int code = await LanguageServer.RunAsync(toServer.Reader.AsStream(), fromServer.Writer.AsStream(), open, _end.Token);
            await fromServer.Writer.CompleteAsync();
            return code;
        });
        Client = new ScriptedClient(toServer.Writer.AsStream(), fromServer.Reader.AsStream());
    }

    public ScriptedClient Client { get; }

    /// <summary>The server's exit code.</summary>
    public Task<int> Exit { get; }

    public static ServerHarness StartRaw(OpenSession? open = null) => new(open ?? ((path, _, _, _) => new FakeSession(path)));

    /// <summary>Starts and initializes.</summary>
    public static async Task<ServerHarness> StartAsync(JObject? capabilities = null, JObject? options = null, OpenSession? open = null)
    {
        ServerHarness harness = StartRaw(open);
        await harness.Client.RequestAsync("initialize", new JObject
        {
            ["processId"] = null,
            ["rootUri"] = null,
            ["capabilities"] = capabilities ?? [],
            ["initializationOptions"] = options,
        });
        await harness.Client.NotifyAsync("initialized", new JObject());
        return harness;
    }

    /// <summary>Capabilities like VS Code's, as far as the server looks at them.</summary>
    public static JObject VsCode => JObject.Parse("""
        {
          "workspace": { "textDocumentContent": {}, "configuration": false },
          "window": { "showDocument": { "support": true } },
          "textDocument": {
            "definition": { "linkSupport": true },
            "hover": { "contentFormat": ["markdown", "plaintext"] },
            "documentSymbol": { "hierarchicalDocumentSymbolSupport": true },
            "publishDiagnostics": { "relatedInformation": true }
          }
        }
        """);

    public Task OpenTextAsync(string uri, string text, string languageId = "kernel-oops") => Client.NotifyAsync("textDocument/didOpen", new
    {
        textDocument = new { uri, languageId, version = 1, text },
    });

    public Task<JToken> AtAsync(string method, string uri, int line, int character) => Client.RequestAsync(method, new
    {
        textDocument = new { uri },
        position = new { line, character },
        context = new { includeDeclaration = true },
    });

    public Task<JToken> OfAsync(string method, string uri) => Client.RequestAsync(method, new { textDocument = new { uri } });

    public Task<JToken> OpenDumpAsync(string path) => Client.RequestAsync("workspace/executeCommand", new
    {
        command = "vaquest.openDump",
        arguments = new[] { path },
    });

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Exit.WaitAsync(TimeSpan.FromSeconds(30));
        _end.Dispose();
    }
}
