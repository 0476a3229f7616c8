// ServerProcessTests: the executable itself over its standard streams, on the repository's sample.
using Newtonsoft.Json.Linq;
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.Lsp.Tests.Server;

public sealed class ServerProcessTests
{
    private static string Sample => Path.Combine(Lab.RepositoryRoot, "samples", "widget-null-deref");

    // What the kernel itself and the module's source say of this dump.
    private static JObject Truth => JObject.Parse(File.ReadAllText(Path.Combine(Sample, "truth.json")));

    private static JObject Options => new()
    {
        ["vmlinux"] = Path.Combine(Sample, "vmlinux.debug"),
        ["debugDirectories"] = new JArray(Sample),
        ["sourceRoots"] = new JArray(Lab.RepositoryRoot),
        ["sourceMap"] = new JObject { ["/usr/src/vaquest"] = Lab.RepositoryRoot },
    };

    [Fact]
    public async Task OpensTheSampleAndLeadsFromItsCrashToTheSource()
    {
        await using var server = new ServerProcess();
        JToken initialized = await server.InitializeAsync(Options);
        Assert.Equal("VaQuest", (string?)initialized["serverInfo"]!["name"]);
        JToken opened = await server.Client.RequestAsync("workspace/executeCommand", OpenOf());
        Assert.Equal((string?)Truth["panicMessage"], (string?)opened["panic"]!["message"]);
        Assert.Equal("matched", (string?)opened["debugInfo"]!["state"]);

        string uri = (string)opened["uri"]!;
        string[] lines = ((string)(await server.Client.RequestAsync("workspace/textDocumentContent", new { uri }))["text"]!).Split('\n');
        string function = (string)Truth["function"]!;
        int line = Array.FindIndex(lines, text => text.StartsWith("> #", StringComparison.Ordinal));
        Assert.Contains(function, lines[line]);
        object place = new { textDocument = new { uri }, position = new { line, character = lines[line].IndexOf(function, StringComparison.Ordinal) + 1 } };

        JToken hover = await server.Client.RequestAsync("textDocument/hover", place);
        Assert.Contains(function, (string?)hover["contents"]!["value"]);
        JToken definition = await server.Client.RequestAsync("textDocument/definition", place);
        Assert.Equal(
            new Uri(Path.Combine(Lab.RepositoryRoot, (string)Truth["file"]!)).AbsoluteUri, (string?)definition[0]!["targetUri"]);
        Assert.Equal((int)Truth["line"]! - 1, (int)definition[0]!["targetSelectionRange"]!["start"]!["line"]!);

        await server.Client.RequestAsync("shutdown", null);
        await server.Client.NotifyAsync("exit", null);
        Assert.Equal((0, string.Empty), await server.EndAsync());
    }

    // What the values are is in samples/README.md: widget 17 was connected to 42, which the search did not find.
    [Fact]
    public async Task ShowsTheValuesOfTheSampleBesideItsSource()
    {
        await using var server = new ServerProcess();
        await server.InitializeAsync(Options);
        JToken opened = await server.Client.RequestAsync("workspace/executeCommand", OpenOf());
        (string header, string core) = (SourceOf("widget.h"), SourceOf("widget_core.c"));

        int crash = (int)Truth["line"]! - 1;
        JToken hover = await HoverAsync(server, header, crash, "peer");
        Assert.Contains("struct widget *peer = NULL\n    in frame #0 widget_wire at line 42", (string?)hover["contents"]!["value"]);
        int call = (int)Truth["frames"]![1]!["line"]! - 1;
        string source = (string)(await HoverAsync(server, core, call, "source"))["contents"]!["value"]!;
        Assert.Matches(@"struct widget \*source = 0x[0-9a-f]{16}\n", source);
        Assert.Contains(".id = 17", source);

        JToken hints = await HintsAsync(server, header);
        Assert.Equal(crash, (int)hints.Single()["position"]!["line"]!);
        Assert.Equal("peer = NULL", (string?)hints.Single()["label"]);
        hints = await HintsAsync(server, core);
        Assert.Matches(@"^source = 0x[0-9a-f]{16}  target = NULL$", (string?)hints.Single()["label"]);

        await FollowsPointersFromAsync(server, (string)opened["uri"]!);
    }

    // The report shows the value under its frame; the pointer leads to the widget, and the widget's pointers lead on.
    private static async Task FollowsPointersFromAsync(ServerProcess server, string report)
    {
        string[] lines = await LinesOfAsync(server, report);
        int line = Array.FindIndex(lines, text => text.Contains("struct widget *source = 0x", StringComparison.Ordinal));
        Assert.True(line > 0, string.Join('\n', lines));
        JToken folds = await server.Client.RequestAsync("textDocument/foldingRange", new { textDocument = new { uri = report } });
        Assert.Contains(folds, fold => lines[(int)fold["startLine"]!].Contains("widget_connect", StringComparison.Ordinal) && (int)fold["endLine"]! >= line);

        JToken definition = await server.Client.RequestAsync("textDocument/definition", new
        {
            textDocument = new { uri = report },
            position = new { line, character = lines[line].IndexOf("0x", StringComparison.Ordinal) + 3 },
        });
        string page = (string)definition.Single()["targetUri"]!;
        Assert.Contains("/object/struct%20widget%200x", page);
        Assert.Contains(await LinesOfAsync(server, page), text => text.Contains(".id = 17", StringComparison.Ordinal));
    }

    private static string SourceOf(string name) => new Uri(Path.Combine(Lab.RepositoryRoot, "samples", "widget", name)).AbsoluteUri;

    private static async Task<string[]> LinesOfAsync(ServerProcess server, string uri) =>
        ((string)(await server.Client.RequestAsync("workspace/textDocumentContent", new { uri }))["text"]!).Split('\n');

    private static Task<JToken> HoverAsync(ServerProcess server, string uri, int line, string name)
    {
        string text = File.ReadAllLines(new Uri(uri).LocalPath)[line];
        int character = text.IndexOf(name, StringComparison.Ordinal);
        return server.Client.RequestAsync("textDocument/hover", new { textDocument = new { uri }, position = new { line, character } });
    }

    private static Task<JToken> HintsAsync(ServerProcess server, string uri) => server.Client.RequestAsync("textDocument/inlayHint", new
    {
        textDocument = new { uri },
        range = new { start = new { line = 0, character = 0 }, end = new { line = 1000, character = 0 } },
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task EndsWithItsInput(bool withDump)
    {
        await using var server = new ServerProcess();
        await server.InitializeAsync(Options);
        if (withDump)
        {
            await server.Client.RequestAsync("workspace/executeCommand", OpenOf());
        }

        server.Client.CloseInput();
        Assert.Equal((1, string.Empty), await server.EndAsync());
    }

    [Fact]
    public async Task EndsWhenItsInputWasNeverUsed()
    {
        await using var server = new ServerProcess();
        server.Client.CloseInput();
        Assert.Equal((1, string.Empty), await server.EndAsync());
    }

    [Fact]
    public async Task StopsOpeningWhenItsProgressIsCancelled()
    {
        await using var server = new ServerProcess();
        await server.InitializeAsync(Options);

        // In one piece, so that the cancel arrives before any of the work is done.
        Task<JObject> answer = server.Client.Expect("open");
        JObject open = new() { ["jsonrpc"] = "2.0", ["id"] = "open", ["method"] = "workspace/executeCommand", ["params"] = OpenOf("progress-1") };
        JObject cancel = new()
        {
            ["jsonrpc"] = "2.0",
            ["method"] = "window/workDoneProgress/cancel",
            ["params"] = new JObject { ["token"] = "progress-1" },
        };
        await server.Client.SendBytesAsync([.. ScriptedClient.Frame(open), .. ScriptedClient.Frame(cancel)]);
        JToken error = (await answer.WaitAsync(TimeSpan.FromSeconds(30)))["error"]!;
        Assert.Equal(-32800, (int)error["code"]!);
        Assert.Equal("Opening the dump was cancelled.", (string?)error["message"]);
        await server.Client.WaitForAsync("$/progress", item => (string?)item["value"]!["kind"] == "end");

        JToken opened = await server.Client.RequestAsync("workspace/executeCommand", OpenOf("progress-2"));
        Assert.Equal((string?)Truth["panicMessage"], (string?)opened["panic"]!["message"]);
        JObject[] reports = [.. server.Client.Notifications("$/progress")
            .Select(item => (JObject)item["params"]!).Where(item => (string?)item["token"] == "progress-2").Select(item => (JObject)item["value"]!)];
        Assert.Equal("begin", (string?)reports[0]["kind"]);
        Assert.True((bool)reports[0]["cancellable"]!);
        Assert.Equal("end", (string?)reports[^1]["kind"]);
        Assert.Contains(reports, item => (string?)item["kind"] == "report" && (int)item["percentage"]! > 0);
    }

    private static JObject OpenOf(string? token = null)
    {
        var request = new JObject { ["command"] = "vaquest.openDump", ["arguments"] = new JArray(Path.Combine(Sample, "vmcore")) };
        if (token is not null)
        {
            request["workDoneToken"] = token;
        }

        return request;
    }
}
