// PointerSearchTests: references of an address: progress, first hits at once, and cancelling, over the wire.
using Newtonsoft.Json.Linq;
using VaQuest.Binary;
using VaQuest.Diagnosis.Browse;
using VaQuest.Lsp.Tests.Server;
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.Lsp.Tests.Features;

public sealed class PointerSearchTests
{
    private const string Kernel = "6.1-cloud";

    private static readonly IReadOnlyList<Cell>[] s_rows = [Row(0xffff888003a1c100), Row(0xffff888003a1c200), Row(0xffffffff81a00000)];

    [Fact]
    public async Task SendsProgressAndHitsWhenTheyAreFound()
    {
        await using ServerHarness harness = await StartAsync(TellAll);
        string log = (string)(await harness.OpenDumpAsync("/x"))["logUri"]!;
        JToken answer = await ReferencesAsync(harness.Client, log, 1, 30, "work", "part");

        Assert.Empty(answer);
        await harness.Client.WaitForAsync("$/progress", item => (string?)item["token"] == "work" && (string?)item["value"]!["kind"] == "end");
        JToken[] parts = [.. harness.Client.Notifications("$/progress").Select(item => item["params"]!)];
        Assert.Equal("begin", (string?)parts[0]["value"]!["kind"]);
        Assert.Contains(parts, part => (string?)part["token"] == "work" && (int?)part["value"]!["percentage"] == 50);
        JToken[] hits = [.. parts.Where(part => (string?)part["token"] == "part").SelectMany(part => part["value"]!)];
        Assert.Equal([3, 4, 5], hits.Select(hit => (int)hit["range"]!["start"]!["line"]!));
        Assert.Single(parts.First(part => (string?)part["token"] == "part")["value"]!);
        Assert.All(hits, hit => Assert.EndsWith("/page/pointers/0xffff888003a1c000.crash", (string?)hit["uri"], StringComparison.Ordinal));
    }

    [Fact]
    public async Task AnswersAtOnceWithoutTokens()
    {
        await using ServerHarness harness = await StartAsync(TellAll);
        string log = (string)(await harness.OpenDumpAsync("/x"))["logUri"]!;
        JToken answer = await ReferencesAsync(harness.Client, log, 1, 30, null, null);

        Assert.Equal([(3, 2, 18), (4, 2, 18), (5, 2, 18)], answer.Select(hit => ((int)hit["range"]!["start"]!["line"]!, (int)hit["range"]!["start"]!["character"]!, (int)hit["range"]!["end"]!["character"]!)));
        Assert.Empty(harness.Client.Notifications("$/progress"));
    }

    [Theory]
    [InlineData("$/cancelRequest", "id", "search")]
    [InlineData("window/workDoneProgress/cancel", "token", "work")]
    public async Task StopsWhenTheClientCancels(string method, string member, string value)
    {
        var isRunning = new TaskCompletionSource();
        await using ServerHarness harness = await StartAsync((progress, cancellation) =>
        {
            progress!.Report(new PageProgress(0.1));
            isRunning.SetResult();
            cancellation.WaitHandle.WaitOne(TimeSpan.FromSeconds(20));
            cancellation.ThrowIfCancellationRequested();
            return Page([]);
        });
        string log = (string)(await harness.OpenDumpAsync("/x"))["logUri"]!;
        Task<JObject> answer = harness.Client.Expect("search");
        JObject request = Request(log, 1, 30, "work", null);
        await harness.Client.SendAsync(new JObject { ["jsonrpc"] = "2.0", ["id"] = "search", ["method"] = "textDocument/references", ["params"] = request });
        await isRunning.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await harness.Client.NotifyAsync(method, new JObject { [member] = value });

        Assert.Equal(-32800, (int)(await answer.WaitAsync(TimeSpan.FromSeconds(20)))["error"]!["code"]!);
        await harness.Client.WaitForAsync("$/progress", item => (string?)item["value"]!["kind"] == "end");
    }

    [Fact]
    public async Task BeginsAProgressOfItsOwnForASlowSearch()
    {
        ScriptedClient? client = null;
        JObject capabilities = ServerHarness.VsCode;
        capabilities["window"]!["workDoneProgress"] = true;
        await using ServerHarness harness = await StartAsync(
            (progress, cancellation) =>
            {
                // As long as a search of a large dump: until the client has seen that it goes on.
                while (!cancellation.IsCancellationRequested && !client!.Notifications("$/progress").Any(item => (string?)item["params"]!["value"]!["kind"] == "begin"))
                {
                    progress!.Report(new PageProgress(0.2));
                    cancellation.WaitHandle.WaitOne(10);
                }

                return Page(s_rows);
            },
            capabilities);
        client = harness.Client;
        string log = (string)(await harness.OpenDumpAsync("/x"))["logUri"]!;

        Assert.Equal(3, (await ReferencesAsync(client, log, 1, 30, null, null)).Count());
        JObject end = await client.WaitForAsync("$/progress", item => (string?)item["value"]!["kind"] == "end");
        Assert.StartsWith("vaquest-search-", (string?)end["token"]);
    }

    [LabFact(Kernel, "null-deref")]
    public async Task FindsTheSamePlacesInPartsAndAtOnceOverStandardStreams()
    {
        LabDump dump = Lab.Find(Kernel, "null-deref")!;
        await using var server = new ServerProcess();
        await server.InitializeAsync(new JObject { ["vmlinux"] = dump.Vmlinux });
        string report = (string)(await server.Client.RequestAsync("workspace/executeCommand", new { command = "vaquest.openDump", arguments = new[] { dump.Vmcore } }))["uri"]!;
        string text = (string)(await server.Client.RequestAsync("workspace/textDocumentContent", new { uri = report.Replace("report.crash", "page/tasks.crash", StringComparison.Ordinal) }))["text"]!;
        string[] lines = text.Split('\n');
        int line = Array.FindIndex(lines, row => row.Contains(" ff", StringComparison.Ordinal));
        int character = lines[line].IndexOf(" ff", StringComparison.Ordinal) + 1;
        string page = report.Replace("report.crash", "page/tasks.crash", StringComparison.Ordinal);

        Assert.Empty(await ReferencesAsync(server.Client, page, line, character, "work", "part"));
        JToken[] parts = [.. server.Client.Notifications("$/progress").Select(item => item["params"]!).Where(part => (string?)part["token"] == "part").SelectMany(part => part["value"]!)];
        JToken[] whole = [.. await ReferencesAsync(server.Client, page, line, character, null, null)];
        Assert.NotEmpty(whole);
        Assert.Equal(whole.Select(place => place.ToString()), parts.Select(place => place.ToString()));
    }

    private static Page TellAll(IProgress<PageProgress>? progress, CancellationToken cancellation)
    {
        progress?.Report(new PageProgress(0.5));
        foreach (IReadOnlyList<Cell> row in s_rows)
        {
            progress?.Report(new PageProgress(0.5, row));
        }

        return Page(s_rows);
    }

    private static Page Page(IReadOnlyList<IReadOnlyList<Cell>> rows) =>
        new("pointers", "Who points to it", [new Table("pointers", "Pointers", [new Column("address", "place"), new Column("what", "what")], rows)]);

    private static IReadOnlyList<Cell> Row(ulong address) => [Cell.Address(new VirtAddr(address), ""), Cell.Of("something")];

    private static Task<ServerHarness> StartAsync(Func<IProgress<PageProgress>?, CancellationToken, Page> make, JObject? capabilities = null) =>
        ServerHarness.StartAsync(capabilities ?? ServerHarness.VsCode, null, (path, _, _, _) => new FakeSession(path) { Pointers = make });

    private static async Task<JToken> ReferencesAsync(ScriptedClient client, string uri, int line, int character, string? work, string? partial) =>
        await client.RequestAsync("textDocument/references", Request(uri, line, character, work, partial));

    private static JObject Request(string uri, int line, int character, string? work, string? partial)
    {
        var request = JObject.FromObject(new { textDocument = new { uri }, position = new { line, character }, context = new { includeDeclaration = true } });
        if (work is not null)
        {
            request["workDoneToken"] = work;
        }

        if (partial is not null)
        {
            request["partialResultToken"] = partial;
        }

        return request;
    }
}
