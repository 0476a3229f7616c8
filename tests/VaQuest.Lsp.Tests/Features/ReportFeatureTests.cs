// ReportFeatureTests: hover, definition, links, references, outline, folding, colours and diagnostics of an open dump.
using Newtonsoft.Json.Linq;
using VaQuest.Lsp.Tests.Server;
using Xunit;

namespace VaQuest.Lsp.Tests.Features;

public sealed class ReportFeatureTests : IDisposable
{
    private readonly string _sources = Directory.CreateTempSubdirectory("vaquest-test-").FullName;

    public ReportFeatureTests() => File.WriteAllLines(
        Path.Combine(_sources, "lab null.c"), Enumerable.Range(1, 40).Select(line => $"\tline {line} of the source;"));

    private string SourceUri => "file://" + _sources + "/lab%20null.c";

    public void Dispose() => Directory.Delete(_sources, true);

    [Fact]
    public async Task HoversWithFencedText()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync(ServerHarness.VsCode);
        string uri = (string)(await harness.OpenDumpAsync("/x"))["uri"]!;
        JToken hover = await harness.AtAsync("textDocument/hover", uri, 3, 5);
        Assert.Equal("markdown", (string?)hover["contents"]!["kind"]);
        string value = (string)hover["contents"]!["value"]!;
        Assert.StartsWith("````text\n", value);
        Assert.EndsWith("\n````", value);
        Assert.DoesNotContain('\u202e', value);
        Assert.Equal(JTokenType.Null, (await harness.AtAsync("textDocument/hover", uri, 0, 2)).Type);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(33)]
    public async Task DefinesAnywhereOnAFramesLine(int character)
    {
        await using ServerHarness harness = await ServerHarness.StartAsync(ServerHarness.VsCode, open: (path, _, _, _) => new FakeSession(path, _sources));
        string uri = (string)(await harness.OpenDumpAsync("/x"))["uri"]!;
        JToken links = await harness.AtAsync("textDocument/definition", uri, 3, character);
        Assert.Equal(2, links.Count());
        Assert.Equal(SourceUri, (string?)links[0]!["targetUri"]);
        Assert.Equal(11, (int)links[0]!["targetSelectionRange"]!["start"]!["line"]!);
        Assert.Equal(12, (int)links[0]!["targetSelectionRange"]!["start"]!["character"]!);
        Assert.Equal(3, (int)links[0]!["originSelectionRange"]!["start"]!["character"]!);
    }

    [Fact]
    public async Task DefinesWithLocationsForSimpleClients()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync(open: (path, _, _, _) => new FakeSession(path, _sources));
        string uri = (string)(await harness.OpenDumpAsync("/x"))["uri"]!;
        JToken locations = await harness.AtAsync("textDocument/definition", uri, 4, 0);
        Assert.Equal(SourceUri, (string?)locations.Single()["uri"]);
        Assert.Equal(29, (int)locations[0]!["range"]!["start"]!["line"]!);
    }

    [Fact]
    public async Task LinksFramesLazily()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync(ServerHarness.VsCode, open: (path, _, _, _) => new FakeSession(path, _sources));
        string uri = (string)(await harness.OpenDumpAsync("/x"))["uri"]!;
        JToken links = await harness.OfAsync("textDocument/documentLink", uri);
        Assert.Equal(2, links.Count());
        Assert.Null(links[0]!["target"]);
        JToken resolved = await harness.Client.RequestAsync("documentLink/resolve", links[0]);
        Assert.Equal(SourceUri + "#L12,13", (string?)resolved["target"]);
        resolved = await harness.Client.RequestAsync("documentLink/resolve", links[1]);
        Assert.Equal(SourceUri + "#L30", (string?)resolved["target"]);
    }

    [Fact]
    public async Task ListsTasksInsideAFunction()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync(ServerHarness.VsCode);
        string uri = (string)(await harness.OpenDumpAsync("/x"))["uri"]!;
        JToken locations = await harness.AtAsync("textDocument/references", uri, 4, 6);
        Assert.Equal(2, locations.Count());
        Assert.Equal(uri, (string?)locations[0]!["uri"]);
        string stacks = (string)locations[1]!["uri"]!;
        Assert.EndsWith("/stacks/ring_submit.crash", stacks);
        JToken content = await harness.Client.RequestAsync("workspace/textDocumentContent", new { uri = stacks });
        string line = ((string)content["text"]!).Split('\n')[(int)locations[1]!["range"]!["start"]!["line"]!];
        Assert.Contains("77 kworker/0:1", line);
        Assert.Contains("ring_submit+0x10/0x2f [lab_null]", line);
    }

    [Fact]
    public async Task OutlinesSectionsAndFrames()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync(ServerHarness.VsCode);
        string uri = (string)(await harness.OpenDumpAsync("/x"))["uri"]!;
        JToken symbols = await harness.OfAsync("textDocument/documentSymbol", uri);
        JToken stack = symbols.Single()["children"]!.Single();
        Assert.Equal("Stack of CPU 1", (string?)stack["name"]);
        Assert.Equal(["slot_store", "ring_submit"], stack["children"]!.Select(item => (string)item["name"]!));
        JToken folds = await harness.OfAsync("textDocument/foldingRange", uri);
        Assert.Equal([(0, 4), (2, 4)], folds.Select(item => ((int)item["startLine"]!, (int)item["endLine"]!)));
    }

    [Fact]
    public async Task OutlinesFlatForSimpleClients()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync();
        string uri = (string)(await harness.OpenDumpAsync("/x"))["uri"]!;
        JToken symbols = await harness.OfAsync("textDocument/documentSymbol", uri);
        Assert.Equal(["Kernel crash report", "Stack of CPU 1", "slot_store", "ring_submit"], symbols.Select(item => (string)item["name"]!));
        Assert.All(symbols, item => Assert.Equal(uri, (string?)item["location"]!["uri"]));
    }

    [Fact]
    public async Task ColoursInOrderWithoutOverlap()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync(ServerHarness.VsCode);
        string uri = (string)(await harness.OpenDumpAsync("/x"))["uri"]!;
        int[] data = [.. (await harness.OfAsync("textDocument/semanticTokens/full", uri))["data"]!.Values<int>()];
        Assert.Equal(4 * 5, data.Length);
        Assert.Equal([0, 0, 19], data[..3]);
        Assert.Equal([1, 0, 63], data[5..8]);
        Assert.Equal([2, 3, 20], data[10..13]);
        Assert.Equal([1, 3, 21], data[15..18]);
    }

    [Fact]
    public async Task FindsSymbolsOfDumps()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync(open: (path, _, _, _) => new FakeSession(path, _sources));
        await harness.OpenDumpAsync("/x");
        JToken symbols = await harness.Client.RequestAsync("workspace/symbol", new { query = "slot" });
        Assert.Equal("slot_store", (string?)symbols.Single()["name"]);
        Assert.Equal(SourceUri, (string?)symbols[0]!["location"]!["uri"]);
    }

    [Fact]
    public async Task ListsPanicStack()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync(open: (path, _, _, _) => new FakeSession(path, _sources));
        string uri = (string)(await harness.OpenDumpAsync("/x"))["uri"]!;
        JToken frames = (await harness.Client.RequestAsync("vaquest/frames", new { uri }))["frames"]!;
        Assert.Equal(["slot_store", "ring_submit"], frames.Select(item => (string)item["function"]!));
        Assert.True((bool)frames[0]!["resolved"]!);
        Assert.Equal(Path.Combine(_sources, "lab null.c"), (string?)frames[0]!["file"]);
    }

    [Fact]
    public async Task PushesOneErrorWithCallers()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync(ServerHarness.VsCode, open: (path, _, _, _) => new FakeSession(path, _sources));
        await harness.OpenDumpAsync("/x");
        await harness.OpenDumpAsync("/x");
        JObject last = (JObject)harness.Client.Notifications("textDocument/publishDiagnostics")[^1]["params"]!;
        Assert.Equal(SourceUri, (string?)last["uri"]);
        JToken error = last["diagnostics"]!.Single();
        Assert.Equal(1, (int)error["severity"]!);
        Assert.StartsWith("BUG: kernel NULL pointer dereference", (string?)error["message"]);
        Assert.Equal(11, (int)error["range"]!["start"]!["line"]!);
        Assert.Equal(1, (int)error["range"]!["start"]!["character"]!);
        Assert.Equal(23, (int)error["range"]!["end"]!["character"]!);
        JToken caller = error["relatedInformation"]!.Single();
        Assert.Equal("called from ring_submit", (string?)caller["message"]);
        Assert.Equal(29, (int)caller["location"]!["range"]!["start"]!["line"]!);
    }

    [Fact]
    public async Task PutsCallersIntoTheMessageForSimpleClients()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync(open: (path, _, _, _) => new FakeSession(path, _sources));
        await harness.OpenDumpAsync("/x");
        JObject pushed = await harness.Client.WaitForAsync("textDocument/publishDiagnostics");
        JToken error = pushed["diagnostics"]!.Single();
        Assert.Null(error["relatedInformation"]);
        Assert.EndsWith("called from ring_submit (lab null.c:30)", (string?)error["message"]);
    }

    [Fact]
    public async Task PutsErrorOnTheReportWithoutSources()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync(ServerHarness.VsCode);
        string uri = (string)(await harness.OpenDumpAsync("/x"))["uri"]!;
        JObject pushed = await harness.Client.WaitForAsync("textDocument/publishDiagnostics");
        Assert.Equal(uri, (string?)pushed["uri"]);
        Assert.Equal(3, (int)pushed["diagnostics"]!.Single()["range"]!["start"]!["line"]!);
        JObject status = await harness.Client.WaitForAsync("vaquest/dumpStatus");
        Assert.Equal("missing", (string?)status["source"]!["state"]);
        Assert.Equal("/lab", (string?)status["source"]!["compDir"]);
        Assert.Contains("vaquest.sourceRoots", (string?)status["source"]!["detail"]);
    }
}
