// DumpCommandTests: vaquest.openDump and vaquest.closeDump over the wire.
using Newtonsoft.Json.Linq;
using VaQuest.Binary;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Lsp.Tests.Server;
using Xunit;

namespace VaQuest.Lsp.Tests.Features;

public sealed class DumpCommandTests
{
    [Fact]
    public async Task OpensReportUnderItsOwnScheme()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync(ServerHarness.VsCode);
        JToken opened = await harness.OpenDumpAsync("/var/crash/vmcore");
        string uri = (string)opened["uri"]!;
        Assert.Matches("^vaquest:/[0-9a-f]{12}/report\\.crash$", uri);
        Assert.Equal("vmcore (6.1.0-56-cloud-amd64)", (string?)opened["title"]);
        Assert.Equal("matched", (string?)opened["debugInfo"]!["state"]);
        Assert.Equal("vmlinux\nlab_null.ko", (string?)opened["debugInfo"]!["detail"]);
        Assert.Equal("slot_store", (string?)opened["panic"]!["function"]);
        Assert.Equal(12, (int)opened["panic"]!["line"]!);
        Assert.Equal("The dump is a test.", (string?)opened["warnings"]![0]);

        string encoded = uri.Replace("report.crash", "report%2Ecrash", StringComparison.Ordinal);
        JToken content = await harness.Client.RequestAsync("workspace/textDocumentContent", new { uri = encoded });
        Assert.Equal(FakeSession.Report, (string?)content["text"]);
        Assert.Empty(harness.Client.Notifications("window/showDocument"));
    }

    [Fact]
    public async Task OpensFileUriAndPathAsTheSameDump()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync(ServerHarness.VsCode);
        JToken first = await harness.OpenDumpAsync("/var/crash/a b/vmcore");
        JToken second = await harness.OpenDumpAsync("file:///var/crash/a%20b/vmcore");
        Assert.Equal((string?)first["uri"], (string?)second["uri"]);
    }

    [Fact]
    public async Task HandsOutReadOnlyFilesToOtherClients()
    {
        string? path;
        await using (ServerHarness harness = await ServerHarness.StartAsync())
        {
            JToken opened = await harness.OpenDumpAsync("/var/crash/vmcore");
            string uri = (string)opened["uri"]!;
            Assert.StartsWith("file:///", uri);
            path = Uri.UnescapeDataString(uri[7..]);
            Assert.Equal(FakeSession.Report, await File.ReadAllTextAsync(path));
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(path));
                string directory = Path.GetDirectoryName(Path.GetDirectoryName(path))!;
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(directory));
            }

            JObject message = await harness.Client.WaitForAsync("window/showMessage");
            Assert.Contains(path, (string?)message["message"]);

            JToken hover = await harness.AtAsync("textDocument/hover", uri, 3, 5);
            Assert.Contains("slot_store in module lab_null", (string?)hover["contents"]!["value"]);
            Assert.Equal("plaintext", (string?)hover["contents"]!["kind"]);
        }

        Assert.False(File.Exists(path), "The private directory is removed at exit.");
    }

    [Fact]
    public async Task ReportsFailureAsOneSentence()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync(open: (_, _, _, _) =>
            throw new FileNotFoundException("/var/crash/none: there is no such file. Give the path of a crash dump."));
        JObject error = await harness.Client.RequestErrorAsync(
            "workspace/executeCommand", new { command = "vaquest.openDump", arguments = new[] { "/var/crash/none" } });
        Assert.Equal("/var/crash/none: there is no such file. Give the path of a crash dump.", (string?)error["message"]);
        Assert.Equal("/var/crash/none", (string?)error["data"]!["path"]);
        Assert.Equal(-32803, (int)error["code"]!);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[7]")]
    [InlineData("[\"\"]")]
    [InlineData("[\"relative/vmcore\"]")]
    [InlineData("[{\"path\":null}]")]
    [InlineData("[\"file://otherhost/vmcore\"]")]
    [InlineData("null")]
    public async Task RefusesWrongArgument(string arguments)
    {
        await using ServerHarness harness = await ServerHarness.StartAsync();
        JObject error = await harness.Client.RequestErrorAsync(
            "workspace/executeCommand", new JObject { ["command"] = "vaquest.openDump", ["arguments"] = JToken.Parse(arguments) });
        Assert.Equal(-32602, (int)error["code"]!);
        Assert.Contains("vaquest.openDump needs", (string?)error["message"]);
    }

    [Theory]
    [InlineData("$/cancelRequest", "id", "open")]
    [InlineData("window/workDoneProgress/cancel", "token", "t1")]
    public async Task ReportsProgressAndCancels(string method, string member, string value)
    {
        var isRunning = new TaskCompletionSource();
        await using ServerHarness harness = await ServerHarness.StartAsync(open: (path, _, progress, cancellation) =>
        {
            progress.Report(new SessionProgress("Reading symbols", 40));
            isRunning.SetResult();
            cancellation.WaitHandle.WaitOne(TimeSpan.FromSeconds(20));
            cancellation.ThrowIfCancellationRequested();
            return new FakeSession(path);
        });
        Task<JObject> answer = harness.Client.Expect("open");
        await harness.Client.SendAsync(JObject.Parse(
            """{"jsonrpc":"2.0","id":"open","method":"workspace/executeCommand","params":{"command":"vaquest.openDump","arguments":["/x"],"workDoneToken":"t1"}}"""));
        await isRunning.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await harness.Client.NotifyAsync(method, new JObject { [member] = value });
        JObject error = (JObject)(await answer.WaitAsync(TimeSpan.FromSeconds(20)))["error"]!;
        Assert.Equal(-32800, (int)error["code"]!);
        await harness.Client.WaitForAsync("$/progress", item => (string?)item["value"]!["kind"] == "end");
        string[] kinds = [.. harness.Client.Notifications("$/progress").Select(item => (string)item["params"]!["value"]!["kind"]!)];
        Assert.Equal(["begin", "report", "end"], kinds);
        Assert.All(harness.Client.Notifications("$/progress"), item => Assert.Equal("t1", (string?)item["params"]!["token"]));
    }

    [Fact]
    public async Task AnswersOthersWhileADumpOpens()
    {
        var release = new TaskCompletionSource();
        await using ServerHarness harness = await ServerHarness.StartAsync(open: (path, _, _, _) =>
        {
            release.Task.Wait(20_000, CancellationToken.None);
            return new FakeSession(path);
        });
        Task<JToken> opening = harness.OpenDumpAsync("/x");
        Assert.Empty(await harness.Client.RequestAsync("workspace/symbol", new { query = "a" }));
        Assert.False(opening.IsCompleted);
        release.SetResult();
        Assert.NotNull((await opening)["uri"]);
    }

    [Fact]
    public async Task ClosesAndForgets()
    {
        FakeSession? session = null;
        await using ServerHarness harness = await ServerHarness.StartAsync(ServerHarness.VsCode, open: (path, _, _, _) => session = new FakeSession(path));
        string uri = (string)(await harness.OpenDumpAsync("/x"))["uri"]!;
        JToken closed = await harness.Client.RequestAsync("workspace/executeCommand", new { command = "vaquest.closeDump", arguments = new[] { uri } });
        Assert.Equal(JTokenType.Null, closed.Type);
        Assert.True(session!.IsDisposed);
        JToken content = await harness.Client.RequestAsync("workspace/textDocumentContent", new { uri });
        Assert.Contains("not open any more", (string?)content["text"]);
        await harness.Client.WaitForAsync("textDocument/publishDiagnostics", item => !item["diagnostics"]!.Any());
        await harness.Client.RequestAsync("workspace/executeCommand", new { command = "vaquest.closeDump", arguments = new[] { uri } });
    }

    [Fact]
    public async Task OffersHexForWhatIsNoDump()
    {
        string file = Path.GetTempFileName();
        try
        {
            await using ServerHarness harness = await ServerHarness.StartAsync(open: (path, _, _, _) =>
                throw new DumpFormatException(FormatError.NotRecognized, path + " is not a crash dump."));
            JObject error = await harness.Client.RequestErrorAsync(
                "workspace/executeCommand", new { command = "vaquest.openDump", arguments = new[] { file } });
            Assert.Equal("openHex", (string?)error["data"]!["action"]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task ReadsDumpsAgainWithNewSettings()
    {
        var seen = new List<string>();
        JObject capabilities = ServerHarness.VsCode;
        capabilities["workspace"]!["configuration"] = true;
        var first = new JObject { ["sourceRoots"] = new JArray("/usr/src/one") };
        JToken current = first;
        ServerHarness harness = ServerHarness.StartRaw((path, options, _, _) =>
        {
            lock (seen)
            {
                seen.Add(string.Join(',', options.SourceRoots));
            }

            return new FakeSession(path);
        });
        await using (harness)
        {
            harness.Client.Answers["workspace/configuration"] = _ => new JArray(current);
            var refreshed = new TaskCompletionSource<string>();
            harness.Client.Answers["workspace/textDocumentContent/refresh"] = parameters =>
            {
                refreshed.TrySetResult((string)parameters!["uri"]!);
                return JValue.CreateNull();
            };
            await harness.Client.RequestAsync("initialize", new JObject { ["capabilities"] = capabilities });
            await harness.Client.NotifyAsync("initialized", new JObject());
            string uri = (string)(await harness.OpenDumpAsync("/x"))["uri"]!;
            current = new JObject { ["sourceRoots"] = new JArray("/usr/src/two", 7) };
            await harness.Client.NotifyAsync("workspace/didChangeConfiguration", new { settings = (object?)null });
            Assert.StartsWith(uri[..uri.LastIndexOf('/')], await refreshed.Task.WaitAsync(TimeSpan.FromSeconds(20)));
            Assert.Equal(["/usr/src/one", "/usr/src/two"], seen);
        }
    }
}
