// WireHostileTests: messages no client should send; the session goes on after each.
using System.Text;
using Newtonsoft.Json.Linq;
using Xunit;

namespace VaQuest.Lsp.Tests.Server;

public sealed class WireHostileTests
{
    public static TheoryData<string> BrokenMessages => new()
    {
        "{",
        "",
        "not json",
        "[]",
        "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"workspace/symbol\"}]",
        "42",
        "null",
        "{}",
        "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"workspace/symbol\",\"params\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"workspace/symbol\",\"params\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":900,\"method\":42,\"params\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":901,\"method\":\"workspace/symbol\",\"params\":7}",
        "{\"jsonrpc\":\"2.0\",\"id\":902,\"method\":\"workspace/symbol\",\"params\":[1,2,3,4]}",
        "{\"jsonrpc\":\"2.0\",\"id\":903,\"result\":5}",
        "{\"jsonrpc\":\"2.0\",\"id\":null,\"result\":5}",
        "{\"jsonrpc\":\"2.0\",\"id\":904,\"error\":{\"code\":1,\"message\":\"x\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":905,\"error\":\"wrong\"}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\",\"params\":{\"id\":12345}}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\",\"params\":null}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\",\"params\":{\"id\":{}}}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"$/progress\",\"params\":{\"token\":{},\"value\":null}}",
        "{\"jsonrpc\":\"1.0\",\"method\":\"textDocument/didOpen\"}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/didOpen\",\"params\":null}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/didOpen\",\"params\":{\"textDocument\":{\"uri\":7,\"text\":{}}}}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/didChange\",\"params\":{\"textDocument\":{\"uri\":\"file:///a\"},\"contentChanges\":[null]}}",
        "{\"jsonrpc\":\"2.0\",\"id\":906,\"method\":\"textDocument/hover\",\"params\":{\"textDocument\":{\"uri\":\"%%%\"},\"position\":{\"line\":-5,\"character\":2147483647}}}",
        "{\"jsonrpc\":\"2.0\",\"id\":907,\"method\":\"textDocument/hover\",\"params\":{\"textDocument\":{\"uri\":\"vaquest:/\"},\"position\":{\"line\":99999999999,\"character\":0}}}",
        "{\"jsonrpc\":\"2.0\",\"id\":908,\"method\":\"workspace/executeCommand\",\"params\":{\"command\":\"vaquest.openDump\",\"arguments\":{}}}",
        "{\"jsonrpc\":\"2.0\",\"id\":909,\"method\":\"workspace/executeCommand\",\"params\":{\"command\":\"vaquest.openDump\",\"arguments\":[[[[]]]]}}",
        "{\"jsonrpc\":\"2.0\",\"id\":910,\"method\":\"documentLink/resolve\",\"params\":{\"range\":null,\"data\":{\"uri\":null}}}",
        "\u0000\u0001\u0002",
    };

    [Theory]
    [MemberData(nameof(BrokenMessages))]
    public async Task SurvivesBrokenMessage(string message)
    {
        await using ServerHarness harness = await ServerHarness.StartAsync();
        await harness.Client.SendTextAsync(message);
        JToken answer = await harness.Client.RequestAsync("workspace/symbol", new { query = "nothing" });
        Assert.Empty(answer);
        Assert.False(harness.Exit.IsCompleted);
    }

    [Fact]
    public async Task SaysParseErrorWithNullId()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync();
        await harness.Client.SendTextAsync("{\"jsonrpc\":");
        JObject answer = await harness.Client.WaitForUnmatchedAsync();
        Assert.Equal(-32700, (int)answer["error"]!["code"]!);
        Assert.Equal(JTokenType.Null, answer["id"]!.Type);
    }

    [Fact]
    public async Task SaysInvalidParamsForWrongTypes()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync();
        JObject error = await harness.Client.RequestErrorAsync("textDocument/hover", new { textDocument = 7, position = "x" });
        Assert.Equal(-32602, (int)error["code"]!);
        error = await harness.Client.RequestErrorAsync("textDocument/hover", null);
        Assert.Equal(-32602, (int)error["code"]!);
        Assert.Contains("textDocument", (string?)error["message"]);
    }

    [Theory]
    [InlineData("Content-Length: x\r\n\r\n")]
    [InlineData("Content-Length: -5\r\n\r\n")]
    [InlineData("Content-Length: 99999999999999999999999\r\n\r\n")]
    [InlineData("Garbage without colon\r\n")]
    [InlineData("\r\n\r\n\r\n")]
    [InlineData("X-Header: y\n")]
    public async Task SurvivesBrokenHeaders(string bytes)
    {
        await using ServerHarness harness = await ServerHarness.StartAsync();
        await harness.Client.SendBytesAsync(Encoding.ASCII.GetBytes(bytes));
        Assert.Empty(await harness.Client.RequestAsync("workspace/symbol", new { query = "nothing" }));
    }

    [Fact]
    public async Task SurvivesLongHeaderLine()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync();
        await harness.Client.SendBytesAsync(Encoding.ASCII.GetBytes(new string('A', 100_000) + "\r\n"));
        Assert.Empty(await harness.Client.RequestAsync("workspace/symbol", new { query = "nothing" }));
    }

    [Fact]
    public async Task EndsQuietlyInTheMiddleOfHugeMessage()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync();
        await harness.Client.SendBytesAsync(Encoding.ASCII.GetBytes("Content-Length: 9000000000\r\n\r\n{"));
        harness.Client.CloseInput();
        Assert.Equal(1, await harness.Exit.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task SurvivesDeepNesting()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync();
        await harness.Client.SendTextAsync(new string('[', 100_000));
        await harness.Client.SendTextAsync("{\"jsonrpc\":\"2.0\",\"id\":5000,\"method\":\"workspace/symbol\",\"params\":{\"query\":" + new string('[', 110) + new string(']', 110) + "}}");
        Assert.Empty(await harness.Client.RequestAsync("workspace/symbol", new { query = "nothing" }));
    }

    [Fact]
    public async Task RefusesIdInUse()
    {
        var release = new TaskCompletionSource();
        await using ServerHarness harness = await ServerHarness.StartAsync(open: (path, _, _, _) =>
        {
            release.Task.Wait(20_000, CancellationToken.None);
            return new FakeSession(path);
        });
        const string open = "{\"jsonrpc\":\"2.0\",\"id\":\"same\",\"method\":\"workspace/executeCommand\",\"params\":{\"command\":\"vaquest.openDump\",\"arguments\":[\"/tmp/x\"]}}";
        Task<JObject> answer = harness.Client.Expect("same");
        await harness.Client.SendTextAsync(open);
        await harness.Client.SendTextAsync(open);
        JObject refusal = await harness.Client.WaitForUnmatchedAsync();
        Assert.Contains("same", (string?)refusal["error"]!["message"]);
        release.SetResult();
        Assert.NotNull((await answer.WaitAsync(TimeSpan.FromSeconds(20)))["result"]!["uri"]);
    }

    [Fact]
    public async Task AnswersEmptyWhenFeatureFails()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync(ServerHarness.VsCode, open: (path, _, _, _) => new ThrowingSession(path));
        JToken opened = await harness.OpenDumpAsync("/tmp/broken");
        string uri = (string)opened["uri"]!;
        JToken hover = await harness.AtAsync("textDocument/hover", uri, 3, 5);
        Assert.Equal(JTokenType.Null, hover.Type);
        await harness.Client.WaitForAsync("window/logMessage", item => ((string)item["message"]!).Contains("A bug for a test"));
    }
}
