// WaitGraphTests: the picture of a real deadlock over the wire, its lenses, and the problems at each lock call.
using Newtonsoft.Json.Linq;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Lsp.Tests.Cli;
using VaQuest.Lsp.Tests.Server;
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.Lsp.Tests.Features;

/// <summary>Truth: account.c of lab_deadlock: two threads take two mutexes in opposite orders, a third waits behind them.</summary>
public sealed class WaitGraphTests
{
    private const string Kernel = "6.1-cloud";

    private const string Scenario = "hung-task";

    private static LabDump Dump => Lab.Find(Kernel, Scenario)!;

    [LabFact(Kernel, Scenario)]
    public async Task DrawsADeadlockWhoseBoxesLeadSomewhere()
    {
        await using ServerHarness harness = await StartAsync();
        string report = (string)(await harness.OpenDumpAsync(Dump.Vmcore))["uri"]!;
        JToken graph = await harness.Client.RequestAsync("vaquest/waitGraph", new { uri = report });

        Assert.StartsWith("Deadlock of 2 tasks", (string?)graph["summary"]![0]);
        JToken[] circle = [.. graph["nodes"]!.Where(node => (bool)node["deadlock"]!)];
        Assert.Equal(["lock", "lock", "task", "task"], circle.Select(node => (string)node["kind"]!).Order());
        Assert.Equal(4, graph["edges"]!.Count(edge => (bool)edge["deadlock"]!));
        foreach (JToken node in graph["nodes"]!)
        {
            Assert.InRange((int)node["x"]! + (int)node["width"]!, 0, (int)graph["width"]!);
            Assert.InRange((int)node["y"]! + (int)node["height"]!, 0, (int)graph["height"]!);
        }

        // A task's page and a lock's object are documents that can be shown.
        foreach (JToken node in circle)
        {
            string uri = (string)node["links"]![0]!["location"]!["uri"]!;
            JToken content = await harness.Client.RequestAsync("workspace/textDocumentContent", new { uri });
            Assert.Contains((string)node["kind"]! == "task" ? "lab-pay-" : "struct mutex at 0x", (string)content["text"]!);
        }

        Assert.EndsWith("/waits.crash", (string?)graph["textUri"]);
    }

    [LabFact(Kernel, Scenario)]
    public async Task HasNoPictureOfADumpThatIsNotOpen()
    {
        await using ServerHarness harness = await StartAsync();

        Assert.Equal(JTokenType.Null, (await harness.Client.RequestAsync("vaquest/waitGraph", new { uri = "vaquest:/nothing/report.crash" })).Type);
    }

    [LabFact(Kernel, Scenario)]
    public async Task PutsTheFrameAboveTheReport()
    {
        await using ServerHarness harness = await StartAsync();
        string report = (string)(await harness.OpenDumpAsync(Dump.Vmcore))["uri"]!;
        JToken lens = Assert.Single(await harness.OfAsync("textDocument/codeLens", report));

        Assert.Matches(@"^crash: frame #\d+ of \d+, CPU \d+$", (string)lens["command"]!["title"]!);
        Assert.Equal("vaquest.showFrame", (string?)lens["command"]!["command"]);
        Assert.Equal(report, (string?)lens["command"]!["arguments"]![0]);
        Assert.Equal(0, (int)lens["range"]!["start"]!["line"]!);
    }

    [LabFact(Kernel, Scenario)]
    public void WritesGraphviz()
    {
        CliRun run = CliRun.Of("waits", Dump.Vmcore, "--no-debuginfo", "--dot");

        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.StartsWith("digraph waits {", run.Out);
        Assert.Equal(4, run.Out.Split('\n').Count(line => line.Contains(" -> ") && line.Contains("color=red")));
    }

    [LabFact(Kernel, Scenario)]
    public void CallsTheKindADeadlockInJson()
    {
        CliRun run = CliRun.Of("report", Dump.Vmcore, "--no-debuginfo", "--json");
        JObject report = JObject.Parse(run.Out);

        Assert.Equal("deadlock", (string?)report["panic"]!["kind"]);
        Assert.StartsWith("hung-task: ", (string?)report["signature"]);
        Assert.Contains(report["findings"]!, finding => (string?)finding["rule"] == "deadlocks" && (string?)finding["severity"] == "error");
    }

    private static Task<ServerHarness> StartAsync() => ServerHarness.StartAsync(
        ServerHarness.VsCode, null, (path, options, progress, cancellation) => DumpSession.Open(path, new SessionOptions { UseDebugInfo = false }, progress, cancellation));
}
