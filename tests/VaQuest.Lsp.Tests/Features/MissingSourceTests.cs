// MissingSourceTests: links, definitions and hovers of frames whose source file is not on this machine, or not known at all.
using Newtonsoft.Json.Linq;
using VaQuest.DebugInfo.Lines;
using VaQuest.Lsp.Server.Documents;
using VaQuest.Lsp.Tests.Server;
using Xunit;

namespace VaQuest.Lsp.Tests.Features;

public sealed class MissingSourceTests : IDisposable
{
    private const string Log = "[    1.000000] CPU: 1 PID: 192 Comm: sh Not tainted 6.1.0-56-cloud-amd64 #1\n[    1.000000] Call Trace:\n[    1.000000]  ring_submit+0x22/0x2f [lab_null]\n";

    private readonly string _sources = Directory.CreateTempSubdirectory("vaquest-test-").FullName;

    public void Dispose() => Directory.Delete(_sources, true);

    [Fact]
    public async Task LeadsToAPageThatSaysWhatIsMissing()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync(ServerHarness.VsCode);
        string uri = (string)(await harness.OpenDumpAsync("/x"))["uri"]!;
        JToken link = (await harness.OfAsync("textDocument/documentLink", uri))[0]!;
        JToken resolved = await harness.Client.RequestAsync("documentLink/resolve", link);
        string page = (string)resolved["target"]!;
        Assert.Equal(uri.Replace("report.crash", "source/12/lab/lab%20null.c%20%28not%20found%29.txt", StringComparison.Ordinal), page);
        Assert.Contains("vaquest.sourceRoots", (string?)resolved["tooltip"]);

        JToken definition = await harness.AtAsync("textDocument/definition", uri, 3, 5);
        Assert.Equal(page, (string?)definition.Single()["targetUri"]);

        string text = (string)(await harness.Client.RequestAsync("workspace/textDocumentContent", new { uri = page }))["text"]!;
        Assert.StartsWith("lab null.c is not on this machine\n", text);
        Assert.Contains("line 12 of\n    /lab/lab null.c\n", text);
        Assert.Contains("Select Source Folder", text);
        Assert.Contains("vaquest.sourceRoots", text);
        Assert.Empty(harness.Client.Notifications("window/showMessage"));
    }

    [Fact]
    public async Task SaysInAHoverWhichFileIsMissing()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync(ServerHarness.VsCode);
        string uri = (string)(await harness.OpenDumpAsync("/x"))["uri"]!;
        string hover = (string)(await harness.AtAsync("textDocument/hover", uri, 3, 5))["contents"]!["value"]!;
        Assert.Contains("lab null.c is not on this machine: choose the folder it is in (setting vaquest.sourceRoots or vaquest.sourceMap)", hover);
    }

    [Fact]
    public async Task WritesThePageAsAFileForOtherClients()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync();
        string uri = (string)(await harness.OpenDumpAsync("/x"))["uri"]!;
        JToken definition = await harness.AtAsync("textDocument/definition", uri, 4, 5);
        string page = (string)definition.Single()["uri"]!;
        Assert.StartsWith("file:///", page);
        Assert.StartsWith("lab null.c is not on this machine\n", await File.ReadAllTextAsync(Uri.UnescapeDataString(page[7..])));
    }

    [Fact]
    public async Task SaysWhereTheFileIsOnceItIsFound()
    {
        string? root = null;
        await using ServerHarness harness = await ServerHarness.StartAsync(ServerHarness.VsCode, open: (path, _, _, _) => new FakeSession(path, root));
        string uri = (string)(await harness.OpenDumpAsync("/x"))["uri"]!;
        string page = (string)(await harness.AtAsync("textDocument/definition", uri, 3, 5))[0]!["targetUri"]!;
        var refreshed = new TaskCompletionSource();
        harness.Client.Answers["workspace/textDocumentContent/refresh"] = parameters =>
        {
            if ((string?)parameters!["uri"] == page)
            {
                refreshed.TrySetResult();
            }

            return JValue.CreateNull();
        };
        root = _sources;
        await harness.Client.NotifyAsync("workspace/didChangeConfiguration", new { settings = new { vaquest = new { sourceRoots = new[] { root } } } });
        await refreshed.Task.WaitAsync(TimeSpan.FromSeconds(20));
        string text = (string)(await harness.Client.RequestAsync("workspace/textDocumentContent", new { uri = page }))["text"]!;
        Assert.StartsWith("lab null.c is on this machine\n", text);
        Assert.Contains($"{_sources}/lab null.c:12", text);
        JToken link = (await harness.OfAsync("textDocument/documentLink", page)).Single();
        Assert.EndsWith("lab%20null.c#L12", (string?)(await harness.Client.RequestAsync("documentLink/resolve", link))["target"]);
    }

    [Fact]
    public async Task OffersNoLinkWithoutASourcePosition()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync(ServerHarness.VsCode);
        await harness.OpenTextAsync("file:///tmp/o", Log);
        Assert.Empty(await harness.OfAsync("textDocument/documentLink", "file:///tmp/o"));
        Assert.Equal(JTokenType.Null, (await harness.AtAsync("textDocument/definition", "file:///tmp/o", 2, 20)).Type);
    }

    [Fact]
    public async Task LeadsFromATextLogThroughTheOpenDump()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync(ServerHarness.VsCode);
        await harness.OpenTextAsync("file:///tmp/o", Log);
        await harness.OpenDumpAsync("/x");
        JToken link = (await harness.OfAsync("textDocument/documentLink", "file:///tmp/o")).Single();
        string page = (string)(await harness.Client.RequestAsync("documentLink/resolve", link))["target"]!;
        Assert.Contains("/source/30/lab/", page);
    }

    [Theory]
    [InlineData("/usr/src/linux/kernel/panic.c", "source/31/usr/src/linux/kernel/panic.c (not found).txt")]
    [InlineData("kernel/panic.c", "source/31/.relative/kernel/panic.c (not found).txt")]
    public void NamesPagesByFileAndLine(string file, string name)
    {
        Assert.Equal(name, MissingSource.PageName(new SourceLocation(file, 31, 2, "/x")));
        Assert.Equal(new SourceLocation(file, 31, 0, ""), MissingSource.LocationOf(name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/a/../b.c")]
    [InlineData("//host/b.c")]
    [InlineData("/a/\nb.c")]
    public void RefusesNamesThatAreNoPartOfAnAddress(string file) =>
        Assert.Null(MissingSource.PageName(new SourceLocation(file, 1, 0, "")));

    [Theory]
    [InlineData("source/1/a.c")]
    [InlineData("source/x/a.c (not found).txt")]
    [InlineData("source/1 (not found).txt")]
    [InlineData("source/99999999999/a.c (not found).txt")]
    [InlineData("report.crash")]
    public void RefusesAddressesThatAreNoPages(string name) => Assert.Null(MissingSource.LocationOf(name));
}
