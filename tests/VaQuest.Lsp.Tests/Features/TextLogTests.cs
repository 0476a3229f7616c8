// TextLogTests: a kernel log in plain text, opened and edited by the client.
using Newtonsoft.Json.Linq;
using VaQuest.Lsp.Tests.Server;
using Xunit;

namespace VaQuest.Lsp.Tests.Features;

public sealed class TextLogTests
{
    private const string Log = """
        [    8.467232] BUG: kernel NULL pointer dereference, address: 0000000000000018
        [    8.468758] CPU: 1 PID: 192 Comm: sh Kdump: loaded Tainted: G           OE      6.1.0-56-cloud-amd64 #1  Debian 6.1.192-2
        [    8.468758] RIP: 0010:slot_store+0x8/0x20 [lab_null]
        [    8.468758] RAX: 000000000000006b RBX: ffffffffc02fe3c0 RCX: 0000000000000000
        [    8.468758] Call Trace:
        [    8.468758]  <TASK>
        [    8.468758]  ring_submit+0x22/0x2f [lab_null]
        [    8.468758]  ? do_syscall_64+0x69/0x90
        [    8.468758]  </TASK>
        """;

    [Theory]
    [InlineData("kernel-oops")]
    [InlineData("")]
    [InlineData("text")]
    public async Task ReadsLogsUnderAnyLanguage(string languageId)
    {
        await using ServerHarness harness = await ServerHarness.StartAsync();
        await harness.OpenTextAsync("file:///tmp/oops.txt", Log, languageId);
        JToken symbols = await harness.OfAsync("textDocument/documentSymbol", "file:///tmp/oops.txt");
        Assert.Contains("Call Trace", symbols.Select(item => (string)item["name"]!));
        Assert.Contains("ring_submit", symbols.Select(item => (string)item["name"]!));
        JToken hover = await harness.AtAsync("textDocument/hover", "file:///tmp/oops.txt", 6, 20);
        Assert.Contains("ring_submit", (string?)hover["contents"]!["value"]);
    }

    [Fact]
    public async Task LeavesOtherTextsAlone()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync();
        await harness.OpenTextAsync("file:///tmp/readme.txt", "A plain text.\nNothing here.\n", "text");
        Assert.Equal(JTokenType.Null, (await harness.OfAsync("textDocument/documentSymbol", "file:///tmp/readme.txt")).Type);
    }

    [Fact]
    public async Task FollowsEdits()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync();
        await harness.OpenTextAsync("untitled:Untitled-1", "\n", "kernel-oops");
        await harness.Client.NotifyAsync("textDocument/didChange", new
        {
            textDocument = new { uri = "untitled:Untitled-1", version = 2 },
            contentChanges = new object[]
            {
                new { range = new { start = new { line = 0, character = 0 }, end = new { line = 0, character = 0 } }, text = "ä😀 vfs_write+0xc7/0x3f0\n" },
                new { range = new { start = new { line = 0, character = 0 }, end = new { line = 0, character = 4 } }, text = "" },
            },
        });
        JToken places = await harness.AtAsync("textDocument/references", "untitled:Untitled-1", 0, 3);
        Assert.Equal(0, (int)places.Single()["range"]!["start"]!["character"]!);
        Assert.Equal(20, (int)places.Single()["range"]!["end"]!["character"]!);
        await harness.Client.NotifyAsync("textDocument/didClose", new { textDocument = new { uri = "untitled:Untitled-1" } });
        Assert.Equal(JTokenType.Null, (await harness.OfAsync("textDocument/documentLink", "untitled:Untitled-1")).Type);
    }

    [Fact]
    public async Task CountsCharactersInUtf16()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync();
        await harness.OpenTextAsync("file:///tmp/o", "> 😀 vfs_write+0xc7/0x3f0\n");
        JToken places = await harness.AtAsync("textDocument/references", "file:///tmp/o", 0, 6);
        Assert.Equal(5, (int)places.Single()["range"]!["start"]!["character"]!);
    }

    [Fact]
    public async Task RefersToOtherLinesOfTheFunction()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync();
        await harness.OpenTextAsync("file:///tmp/o", Log + "\n ring_submit+0x10/0x2f [lab_null]\n");
        JToken locations = await harness.AtAsync("textDocument/references", "file:///tmp/o", 6, 20);
        Assert.Equal([6, 9], locations.Select(item => (int)item["range"]!["start"]!["line"]!));
    }

    [Fact]
    public async Task AsksAnOpenDumpOfTheSameRelease()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync();
        await harness.OpenTextAsync("file:///tmp/o", Log);
        await harness.OpenDumpAsync("/x");
        JToken hover = await harness.AtAsync("textDocument/hover", "file:///tmp/o", 6, 20);
        Assert.Contains("ring_submit in module lab_null", (string?)hover["contents"]!["value"]);
        JToken locations = await harness.AtAsync("textDocument/references", "file:///tmp/o", 6, 20);
        Assert.Equal(2, locations.Count());
    }

    [Fact]
    public async Task FindsFunctionsOfOpenLogs()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync();
        await harness.OpenTextAsync("file:///tmp/o", Log);
        JToken symbols = await harness.Client.RequestAsync("workspace/symbol", new { query = "submit" });
        Assert.Equal("ring_submit", (string?)symbols.Single()["name"]);
    }

    [Fact]
    public async Task SaysThatHugeDocumentsAreNotRead()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync();
        await harness.OpenTextAsync("file:///tmp/huge.log", new string('x', (20 << 20) + 1));
        JObject message = await harness.Client.WaitForAsync("window/showMessage");
        Assert.Contains("huge.log", (string?)message["message"]);
        Assert.Contains("20 MB", (string?)message["message"]);
        Assert.Equal(JTokenType.Null, (await harness.OfAsync("textDocument/documentSymbol", "file:///tmp/huge.log")).Type);
    }

    [Fact]
    public async Task IgnoresEditsOutsideTheDocument()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync();
        await harness.OpenTextAsync("file:///tmp/o", Log);
        await harness.Client.NotifyAsync("textDocument/didChange", new
        {
            textDocument = new { uri = "file:///tmp/o", version = 2 },
            contentChanges = new object[]
            {
                new { range = new { start = new { line = int.MaxValue, character = int.MaxValue }, end = new { line = -1, character = -7 } }, text = "\n" },
            },
        });
        Assert.NotEmpty(await harness.OfAsync("textDocument/documentSymbol", "file:///tmp/o"));
    }
}
