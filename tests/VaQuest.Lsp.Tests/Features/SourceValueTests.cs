// SourceValueTests: hovers and inlay hints in source files of the crashed stack.
using Newtonsoft.Json.Linq;
using VaQuest.Lsp.Features.SourceValues;
using VaQuest.Lsp.Tests.Server;
using Xunit;

namespace VaQuest.Lsp.Tests.Features;

public sealed class SourceValueTests : IDisposable
{
    private readonly string _sources = Directory.CreateTempSubdirectory("vaquest-test-").FullName;

    public SourceValueTests()
    {
        string[] lines = [.. Enumerable.Range(1, 40).Select(line => $"\t/* {line} */")];
        lines[10] = "\tslot->value = value; /* slot */";
        lines[11] = "\tslot->value = value;";
        lines[29] = "\treturn slot_store(ring, ring->head, head, buffer);";
        File.WriteAllLines(Path.Combine(_sources, "lab null.c"), lines);
    }

    private string SourceUri => "file://" + _sources + "/lab%20null.c";

    public void Dispose() => Directory.Delete(_sources, true);

    [Fact]
    public async Task ShowsTheValueInTheFrameThatTheLineBelongsTo()
    {
        await using ServerHarness harness = await StartAsync();
        Assert.Equal("```text\nstruct slot *slot = NULL\n    in frame #0 slot_store at line 12\n```", await HoverAsync(harness, 12, 2));
        Assert.Equal("```text\nu32 value = 107\n    in frame #0 slot_store at line 12\n```", await HoverAsync(harness, 11, 16));
        Assert.Equal(
            "```text\nu64 value = (optimised out here)\nat entry 0x6b\n    in frame #0 slot_store at line 12\n```", await HoverAsync(harness, 12, 16));
        Assert.StartsWith("````text\nstruct ring *ring = 0xffff888003a1b2c0\n{.head = 3}\n", await HoverAsync(harness, 30, 20));
    }

    [Theory]
    [InlineData(11, 8)]
    [InlineData(11, 27)]
    [InlineData(12, 0)]
    [InlineData(20, 5)]
    [InlineData(30, 3)]
    [InlineData(40, 300)]
    [InlineData(4000, 0)]
    public async Task SaysNothingOfMembersCommentsAndOtherLines(int line, int character)
    {
        await using ServerHarness harness = await StartAsync();
        Assert.Null(await HoverAsync(harness, line, character));
    }

    [Fact]
    public async Task SaysNothingOfFilesThatAreNotOfTheCrash()
    {
        string other = Path.Combine(_sources, "other.c");
        File.WriteAllText(other, "slot\n");
        await using ServerHarness harness = await StartAsync();
        Assert.Equal(JTokenType.Null, (await harness.AtAsync("textDocument/hover", "file://" + other, 0, 1)).Type);
        Assert.Empty(await HintsAsync(harness, "file://" + other));
    }

    [Fact]
    public async Task HintsAtTheCrashAndAtTheCall()
    {
        await using ServerHarness harness = await StartAsync();
        JToken hints = await HintsAsync(harness, SourceUri);
        Assert.Equal([(11, 21), (29, 51)], hints.Select(hint => ((int)hint["position"]!["line"]!, (int)hint["position"]!["character"]!)));
        Assert.Equal("slot = NULL  value: not known", (string?)hints[0]!["label"]);
        Assert.Equal("ring = 0xffff888003a1b2c0  head = 3 …", (string?)hints[1]!["label"]);
        Assert.All(hints, hint => Assert.InRange(((string)hint["label"]!).Length, 1, 43));
        string tooltip = (string)hints[1]!["tooltip"]!["value"]!;
        Assert.Contains("frame #1 ring_submit\nstruct ring *ring = 0xffff888003a1b2c0\nunsigned int head = 3\nchar buffer[16] = \"wire-widgets\"", tooltip);
    }

    [Fact]
    public async Task HintsOnlyInTheRangeThatIsAsked()
    {
        await using ServerHarness harness = await StartAsync();
        JToken hints = await HintsAsync(harness, SourceUri, 20, 35);
        Assert.Equal(29, (int)hints.Single()["position"]!["line"]!);
    }

    [Fact]
    public async Task HintsNothingWhenTheyAreSwitchedOff()
    {
        await using ServerHarness harness = await StartAsync(new JObject { ["inlayHints"] = false });
        Assert.Equal(JTokenType.Null, (await HintsAsync(harness, SourceUri)).Type);
    }

    [Fact]
    public async Task AsksForHintsAgainWhenDumpsOrSettingsChange()
    {
        JObject capabilities = ServerHarness.VsCode;
        capabilities["workspace"]!["inlayHint"] = new JObject { ["refreshSupport"] = true };
        int opened = 0;
        int refreshed = 0;
        await using ServerHarness harness = await ServerHarness.StartAsync(capabilities, open: (path, _, _, _) =>
        {
            opened++;
            return new FakeSession(path, _sources);
        });
        harness.Client.Answers["workspace/inlayHint/refresh"] = _ =>
        {
            Interlocked.Increment(ref refreshed);
            return JValue.CreateNull();
        };
        string uri = (string)(await harness.OpenDumpAsync("/x"))["uri"]!;
        Assert.Equal(2, (await HintsAsync(harness, SourceUri)).Count());
        await harness.Client.NotifyAsync("workspace/didChangeConfiguration", new { settings = new { vaquest = new { inlayHints = false } } });
        await WaitForAsync(() => refreshed == 2);
        Assert.Equal(JTokenType.Null, (await HintsAsync(harness, SourceUri)).Type);
        Assert.Equal(1, opened);
        await harness.Client.RequestAsync("workspace/executeCommand", new { command = "vaquest.closeDump", arguments = new[] { uri } });
        await WaitForAsync(() => refreshed == 3);
    }

    [Fact]
    public async Task FollowsADumpThatIsReadAgain()
    {
        string? root = null;
        await using ServerHarness harness = await ServerHarness.StartAsync(ServerHarness.VsCode, open: (path, _, _, _) => new FakeSession(path, root));
        await harness.OpenDumpAsync("/x");
        Assert.Empty(await HintsAsync(harness, SourceUri));
        root = _sources;
        await harness.OpenDumpAsync("/x");
        Assert.Equal(2, (await HintsAsync(harness, SourceUri)).Count());
    }

    [Theory]
    [InlineData("a = b->c.d + e[f(a)];", "a b e f")]
    [InlineData("x = \"y \\\" z\" + 'q' + 0x1f; // w", "x")]
    [InlineData("i /* j */ + k /* l", "i k")]
    [InlineData("p -> q . r + _s2", "p _s2")]
    [InlineData("", "")]
    public void FindsTheNamesOfALine(string line, string names) => Assert.Equal(names, string.Join(' ', CNames.Of(line)));

    [Theory]
    [InlineData("ab + cd", 0, "ab")]
    [InlineData("ab + cd", 2, "ab")]
    [InlineData("ab + cd", 3, null)]
    [InlineData("ab + cd", 7, "cd")]
    [InlineData("ab->cd", 5, null)]
    [InlineData("\"ab\"", 2, null)]
    [InlineData("ab", -3, null)]
    [InlineData("ab", 900, null)]
    public void FindsTheNameAtACharacter(string line, int character, string? name) => Assert.Equal(name, CNames.At(line, character)?.Name);

    private async Task<ServerHarness> StartAsync(JObject? options = null)
    {
        ServerHarness harness = await ServerHarness.StartAsync(ServerHarness.VsCode, options, (path, _, _, _) => new FakeSession(path, _sources));
        await harness.OpenDumpAsync("/x");
        return harness;
    }

    private async Task<string?> HoverAsync(ServerHarness harness, int line, int character)
    {
        JToken hover = await harness.AtAsync("textDocument/hover", SourceUri, line - 1, character);
        return hover.Type == JTokenType.Null ? null : (string?)hover["contents"]!["value"];
    }

    private static Task<JToken> HintsAsync(ServerHarness harness, string uri, int first = 0, int last = 100) =>
        harness.Client.RequestAsync("textDocument/inlayHint", new
        {
            textDocument = new { uri },
            range = new { start = new { line = first, character = 0 }, end = new { line = last, character = 0 } },
        });

    private static async Task WaitForAsync(Func<bool> isTrue)
    {
        for (int i = 0; i < 2000 && !isTrue(); i++)
        {
            await Task.Delay(10);
        }

        Assert.True(isTrue());
    }
}
