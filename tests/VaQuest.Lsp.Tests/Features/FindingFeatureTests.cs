// FindingFeatureTests: findings among the problems, rule pages, lenses in source files, and the mail.
using Newtonsoft.Json.Linq;
using VaQuest.Diagnosis.Reports;
using VaQuest.Lsp.Tests.Server;
using Xunit;

namespace VaQuest.Lsp.Tests.Features;

public sealed class FindingFeatureTests : IDisposable
{
    private readonly string _sources = Directory.CreateTempSubdirectory("vaquest-lens-").FullName;

    public FindingFeatureTests() => File.WriteAllText(Path.Combine(_sources, "lab null.c"), string.Concat(Enumerable.Repeat("int line;\n", 40)));

    private string SourceUri => "file://" + string.Join('/', Path.Combine(_sources, "lab null.c").Split('/').Select(Uri.EscapeDataString));

    public void Dispose() => Directory.Delete(_sources, recursive: true);

    [Fact]
    public async Task PutsWhatWentWrongAmongTheProblemsWithItsPage()
    {
        Finding[] findings =
        [
            new("hardware-errors", "error", "Hardware errors", "Two.", []), new("io-errors", "warning", "Disk errors", "One.", []),
            new("tainted-module-in-stack", "note", "Module", "Tainted.", []), new("firmware-bugs", "information", "Firmware", "Bug.", []),
        ];
        await using ServerHarness harness = await ServerHarness.StartAsync(ServerHarness.VsCode, open: (path, _, _, _) => new FakeSession(path, _sources, findings));
        string uri = (string)(await harness.OpenDumpAsync("/x"))["uri"]!;
        JObject pushed = await harness.Client.WaitForAsync("textDocument/publishDiagnostics", item => (string?)item["uri"] == uri);
        Assert.Equal(["hardware-errors", "io-errors"], pushed["diagnostics"]!.Select(item => (string?)item["code"]));
        Assert.All(pushed["diagnostics"]!, item => Assert.Equal(2, (int)item["severity"]!));
        string page = (string)pushed["diagnostics"]![0]!["codeDescription"]!["href"]!;
        string text = (string)(await harness.Client.RequestAsync("workspace/textDocumentContent", new { uri = page }))["text"]!;
        Assert.StartsWith("# hardware-errors\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LeadsFromThePanicToThePageOfItsKind()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync(ServerHarness.VsCode, open: (path, _, _, _) => new FakeSession(path, _sources));
        await harness.OpenDumpAsync("/x");
        JObject pushed = await harness.Client.WaitForAsync("textDocument/publishDiagnostics", item => (string?)item["uri"] == SourceUri);
        string page = (string)pushed["diagnostics"]![0]!["codeDescription"]!["href"]!;
        string text = (string)(await harness.Client.RequestAsync("workspace/textDocumentContent", new { uri = page }))["text"]!;
        Assert.StartsWith("# null-pointer-dereference\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HasNoPageForRulesThatDoNotExist()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync(ServerHarness.VsCode, open: (path, _, _, _) => new FakeSession(path, _sources));
        string uri = (string)(await harness.OpenDumpAsync("/x"))["uri"]!;
        string page = uri.Replace("report.crash", "rules/../../etc/passwd.md", StringComparison.Ordinal);
        string text = (string)(await harness.Client.RequestAsync("workspace/textDocumentContent", new { uri = page }))["text"]!;
        Assert.DoesNotContain("#", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NamesTheFrameAboveEachLineOfTheCrashedStack()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync(ServerHarness.VsCode, open: (path, _, _, _) => new FakeSession(path, _sources));
        string report = (string)(await harness.OpenDumpAsync("/x"))["uri"]!;
        JToken lenses = await harness.Client.RequestAsync("textDocument/codeLens", new { textDocument = new { uri = SourceUri } });
        Assert.Equal(
            [(11, "crashed here: frame #0 of 2, CPU 1"), (29, "crash: frame #1 of 2, CPU 1")],
            lenses.Select(lens => ((int)lens["range"]!["start"]!["line"]!, (string)lens["command"]!["title"]!)));
        Assert.Equal("vaquest.showFrame", (string?)lenses[1]!["command"]!["command"]);
        Assert.Equal([report, "1"], lenses[1]!["command"]!["arguments"]!.Select(item => item.ToString()));
        Assert.Empty(await harness.Client.RequestAsync("textDocument/codeLens", new { textDocument = new { uri = "file:///other.c" } }));
        JToken above = Assert.Single(await harness.Client.RequestAsync("textDocument/codeLens", new { textDocument = new { uri = report } }));
        Assert.Equal((0, "crash: frame #0 of 2, CPU 1"), ((int)above["range"]!["start"]!["line"]!, (string?)above["command"]!["title"]));
        Assert.Equal([report, "0"], above["command"]!["arguments"]!.Select(item => item.ToString()));
    }

    [Fact]
    public async Task ShowsAFrameOfTheReport()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync(ServerHarness.VsCode, open: (path, _, _, _) => new FakeSession(path, _sources));
        string report = (string)(await harness.OpenDumpAsync("/x"))["uri"]!;
        var asked = new TaskCompletionSource<JToken>(TaskCreationOptions.RunContinuationsAsynchronously);
        harness.Client.Answers["window/showDocument"] = parameters =>
        {
            asked.TrySetResult(parameters!);
            return new JObject { ["success"] = true };
        };
        JToken isShown = await harness.Client.RequestAsync("workspace/executeCommand", new { command = "vaquest.showFrame", arguments = new object[] { report, 1 } });
        Assert.True((bool)isShown);
        JToken shown = await asked.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal((report, 4), ((string?)shown["uri"], (int)shown["selection"]!["start"]!["line"]!));
        foreach (object[] arguments in new object[][] { [], [report], [report, "1"], [report, -1], ["vaquest:/none/report.crash", 1] })
        {
            Assert.False((bool)await harness.Client.RequestAsync("workspace/executeCommand", new { command = "vaquest.showFrame", arguments }));
        }
    }

    [Fact]
    public async Task GivesTheReportAsAMail()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync(ServerHarness.VsCode, open: (path, _, _, _) => new FakeSession(path, _sources));
        string uri = (string)(await harness.OpenDumpAsync("/x"))["uri"]!;
        Assert.Equal("mail True False\n", (string?)(await harness.Client.RequestAsync("vaquest/mailReport", new { uri, hideAddresses = true }))["text"]);
        Assert.Equal(JTokenType.Null, (await harness.Client.RequestAsync("vaquest/mailReport", new { uri = "vaquest:/none/report.crash" })).Type);
    }
}
