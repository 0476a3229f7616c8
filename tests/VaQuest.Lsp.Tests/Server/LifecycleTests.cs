// LifecycleTests: initialize to exit, in every order a client may get wrong.
using Newtonsoft.Json.Linq;
using Xunit;

namespace VaQuest.Lsp.Tests.Server;

public sealed class LifecycleTests
{
    [Fact]
    public async Task AnswersInitializeWithStaticCapabilities()
    {
        await using ServerHarness harness = ServerHarness.StartRaw();
        JToken result = await harness.Client.RequestAsync("initialize", new { processId = (int?)null, rootUri = (string?)null, capabilities = new { } });
        JToken capabilities = result["capabilities"]!;
        Assert.Equal("utf-16", (string?)capabilities["positionEncoding"]);
        Assert.Equal(2, (int)capabilities["textDocumentSync"]!["change"]!);
        Assert.Equal("vaquest", (string?)capabilities["workspace"]!["textDocumentContent"]!["schemes"]![0]);
        foreach (string provider in new[] { "hoverProvider", "definitionProvider", "referencesProvider", "documentSymbolProvider", "foldingRangeProvider", "workspaceSymbolProvider" })
        {
            Assert.True((bool)capabilities[provider]!, provider);
        }

        Assert.Equal(["vaquest.openDump", "vaquest.closeDump", "vaquest.showFrame"], capabilities["executeCommandProvider"]!["commands"]!.Values<string>());
        Assert.Equal("VaQuest", (string?)result["serverInfo"]!["name"]);
    }

    [Fact]
    public async Task ExitsWithZeroAfterShutdown()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync();
        JObject answer = await harness.Client.RequestRawAsync("shutdown", null);
        Assert.True(answer.ContainsKey("result"));
        Assert.Equal(JTokenType.Null, answer["result"]!.Type);
        await harness.Client.NotifyAsync("exit", null);
        Assert.Equal(0, await harness.Exit.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task ExitsWithOneWithoutShutdown()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync();
        await harness.Client.NotifyAsync("exit", null);
        Assert.Equal(1, await harness.Exit.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task ExitsWithOneWhenTheClientIsGone()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync();
        harness.Client.CloseInput();
        Assert.Equal(1, await harness.Exit.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task AnswersSecondShutdown()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync();
        await harness.Client.RequestRawAsync("shutdown", null);
        JObject second = await harness.Client.RequestRawAsync("shutdown", null);
        Assert.Null(second["error"]);
        JObject error = await harness.Client.RequestErrorAsync("workspace/symbol", new { query = "x" });
        Assert.Equal(-32600, (int)error["code"]!);
        await harness.Client.NotifyAsync("exit", null);
        Assert.Equal(0, await harness.Exit.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task RefusesRequestsBeforeInitialize()
    {
        await using ServerHarness harness = ServerHarness.StartRaw();
        JObject error = await harness.Client.RequestErrorAsync("textDocument/hover", new { textDocument = new { uri = "file:///x" }, position = new { line = 0, character = 0 } });
        Assert.Equal(-32002, (int)error["code"]!);
        await harness.Client.RequestAsync("initialize", new { capabilities = new { } });
    }

    [Fact]
    public async Task RefusesSecondInitialize()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync();
        JObject error = await harness.Client.RequestErrorAsync("initialize", new { capabilities = new { } });
        Assert.Equal(-32600, (int)error["code"]!);
    }

    [Fact]
    public async Task EndsWithTheClientsProcess()
    {
        using var parent = System.Diagnostics.Process.Start("sleep", "60");
        await using ServerHarness harness = ServerHarness.StartRaw();
        await harness.Client.RequestAsync("initialize", new { processId = parent.Id, capabilities = new { } });
        parent.Kill();
        Assert.Equal(1, await harness.Exit.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task ReportsUnknownMethod()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync();
        JObject error = await harness.Client.RequestErrorAsync("textDocument/inlineCompletion", new { });
        Assert.Equal(-32601, (int)error["code"]!);
        await harness.Client.NotifyAsync("$/unknown", new { });
        await harness.Client.RequestAsync("workspace/symbol", new { query = "" });
    }
}
