// LabWaitsTests: the wait-for graph of a real deadlock as JSON, and in the editor from the report's link.
using Newtonsoft.Json.Linq;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Lsp.Tests.Cli;
using VaQuest.Lsp.Tests.Server;
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.Lsp.Tests.Features;

/// <summary>Truth: account.c of lab_deadlock: two threads take two mutexes in opposite orders, a third waits behind them.</summary>
public sealed class LabWaitsTests
{
    private const string Kernel = "6.1-cloud";

    private const string Scenario = "hung-task";

    private static LabDump Dump => Lab.Find(Kernel, Scenario)!;

    [LabFact(Kernel, Scenario)]
    public async Task LeadsFromTheReportToTheGraph()
    {
        await using ServerHarness harness = await ServerHarness.StartAsync(
            ServerHarness.VsCode, null, (path, options, progress, cancellation) => DumpSession.Open(path, new SessionOptions { UseDebugInfo = false }, progress, cancellation));
        string report = (string)(await harness.OpenDumpAsync(Dump.Vmcore))["uri"]!;

        JToken link = (await harness.OfAsync("textDocument/documentLink", report)).Single(item => (string?)item["tooltip"] == "Open the wait-for graph");
        string target = (string)(await harness.Client.RequestAsync("documentLink/resolve", link))["target"]!;
        Assert.EndsWith("/waits.crash", target);
        string text = (string)(await harness.Client.RequestAsync("workspace/textDocumentContent", new { uri = target }))["text"]!;
        Assert.StartsWith("Deadlock of 2 tasks, 1 more task behind\n", text);
        Assert.Contains("lab-pay-bob waits for the mutex", text);
    }

    [LabFact(Kernel, Scenario)]
    public void KeepsTheJsonContract()
    {
        CliRun run = CliRun.Of("waits", Dump.Vmcore, "--no-debuginfo", "--json");
        Assert.Equal((0, ""), (run.Code, run.Error));
        JObject waits = JObject.Parse(run.Out);

        Assert.Equal("vaquest.waits/1", (string?)waits["schema"]);
        Assert.Equal(["lab-pay-alice", "lab-pay-bob"], waits["deadlocks"]![0]!["tasks"]!.Select(task => (string)task["comm"]!).Order());
        JToken bob = waits["waits"]!.Single(wait => (string?)wait["comm"] == "lab-pay-bob");
        Assert.Equal(("mutex", "account_lock_second"), ((string?)bob["kind"], (string?)bob["caller"]!["function"]));
        Assert.Equal("lab-pay-alice", (string?)bob["holders"]![0]!["comm"]);
        Assert.Equal((string?)bob["holders"]![0]!["task"], (string?)bob["lock"]!["owner"]);
        Assert.True((bool)bob["lock"]!["proved"]!);
        Assert.StartsWith("0x", (string?)bob["lock"]!["address"]);
    }
}
