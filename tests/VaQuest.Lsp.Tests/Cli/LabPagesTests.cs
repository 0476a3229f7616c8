// LabPagesTests: pages about the machine over real dumps, held against what the scenario's source and the living kernel say.
using Newtonsoft.Json.Linq;
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.Lsp.Tests.Cli;

public sealed class LabPagesTests
{
    private const string Kernel = "6.1-cloud";

    private static readonly string[] s_verbs =
    [
        "meminfo", "zones", "runq", "cpus", "irqs", "timers", "workqueues", "netdev", "sockets", "arp", "slabs", "vmalloc", "block", "rcu", "bpf", "cmdline",
    ];

    [LabFact(Kernel, "sysrq-c", "guest/meminfo")]
    public void ShowsTheMemoryThatTheLivingKernelHad()
    {
        LabDump dump = Lab.Find(Kernel, "sysrq-c")!;
        JObject page = Page(dump, "meminfo");
        var shown = page["summary"]!.ToDictionary(line => (string)line["name"]!, line => line["value"]!);
        var living = File.ReadLines(dump.PathOf("guest/meminfo")).Select(line => line.Split(':', 2))
            .ToDictionary(line => line[0], line => long.Parse(line[1].Replace("kB", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture));

        // What cannot change between the file and the crash is equal; the rest changes by the few pages that writing the file took.
        foreach (string name in new[] { "MemTotal", "SwapTotal", "CommitLimit", "HugePages_Total", "Hugepagesize", "DirectMap4k", "DirectMap2M", "Percpu" })
        {
            Assert.Equal(living[name], (long)shown[name]);
        }

        foreach (string name in new[] { "MemFree", "MemAvailable", "AnonPages", "Slab", "Shmem", "KernelStack", "Committed_AS" })
        {
            Assert.InRange((long)shown[name], living[name] - 8192, living[name] + 8192);
        }
    }

    [LabFact(Kernel, "sysrq-c")]
    public void AnswersWithEveryVerbAndItsSchema()
    {
        LabDump dump = Lab.Find(Kernel, "sysrq-c")!;
        foreach (string verb in s_verbs)
        {
            JObject page = Page(dump, verb);
            Assert.Equal($"vaquest.{verb}/1", (string?)page["schema"]);
            Assert.Empty(page["notes"]!.Where(note => !((string)note["text"]!).Contains("have no handler", StringComparison.Ordinal)));
        }
    }

    [LabFact(Kernel, "sysrq-c")]
    public void CountsFreePagesAsTheFreeListsDo()
    {
        JObject page = Page(Lab.Find(Kernel, "sysrq-c")!, "zones");
        foreach (JToken zone in page["zones"]!)
        {
            JToken[] areas = [.. page["freeAreas"]!.Where(area => (string?)area["zone"] == (string?)zone["zone"])];
            Assert.All(areas, area => Assert.Equal((long)area["blocks"]!, ((JObject)area).Properties().SkipWhile(p => p.Name != "blocks").Skip(1).Sum(p => (long)p.Value)));
            Assert.Equal((long)zone["free"]!, areas.Sum(area => (long)area["blocks"]! << (int)area["order"]!));
        }
    }

    [LabFact(Kernel, "stuck-socket")]
    public void FindsThePagesOfAFileThatAStuckSocketHolds()
    {
        LabDump dump = Lab.Find(Kernel, "stuck-socket")!;
        JToken[] sockets = [.. Page(dump, "sockets", "tcp")["sockets"]!];
        JToken sender = Assert.Single(sockets, socket => socket["owners"]!.Any(name => (string?)name == "stuck-sender") && (string?)socket["state"] == "ESTABLISHED");
        JToken reader = Assert.Single(sockets, socket => (string?)socket["local"] == "127.0.0.1:4712" && (string?)socket["state"] == "ESTABLISHED");
        Assert.Equal((string?)sender["local"], (string?)reader["remote"]);

        JToken[] waiting = [.. Page(dump, "socket", (string)sender["address"]!)["filePages"]!];
        JToken[] received = [.. Page(dump, "socket", (string)reader["address"]!)["filePages"]!];
        Assert.All(waiting.Concat(received), page => Assert.Equal("tmpfs: /payload", (string?)page["file"]));
        Assert.Equal((long)sender["sendQueue"]!, waiting.Sum(page => (long)page["length"]!));
        Assert.Equal((long)reader["receiveQueue"]!, received.Sum(page => (long)page["length"]!));

        // The reader never read, so what it received begins with the file, and what waits continues it byte by byte.
        long at = 0;
        foreach (JToken page in received.Concat(waiting))
        {
            Assert.Equal(at, ((long)page["index"]! * 4096) + (long)page["offset"]!);
            at += (long)page["length"]!;
        }

        // The first three pages were spliced into a pipe too.
        JToken[] holders = [.. Page(dump, "holders", (string)received[0]["page"]!)["holders"]!];
        Assert.Equal(["pipe", "receive queue"], holders.Select(holder => (string)holder["where"]!).Order());
        Assert.Contains("stuck-sender", Assert.Single(holders, holder => (string?)holder["where"] == "pipe")["tasks"]!.Select(name => (string?)name));
        Assert.Contains("stuck-reader", Assert.Single(holders, holder => (string?)holder["where"] == "receive queue")["tasks"]!.Select(name => (string?)name));
    }

    [LabFact(Kernel, "sysrq-c")]
    public void FindsWhoPointsToASymbol()
    {
        LabDump dump = Lab.Find(Kernel, "sysrq-c")!;
        JObject current = Page(dump, "runq");
        string task = (string)current["tasks"]![0]!["address"]!;
        JObject search = Json("search", dump.Vmcore, task, "--json");
        Assert.Contains(search["hits"]!, hit => ((string)hit["text"]!).Contains("current_task", StringComparison.Ordinal));
        Assert.All(search["hits"]!, hit => Assert.Equal(task, (string?)hit["value"]));
        Assert.False((bool)search["stopped"]!);
    }

    [PeerTheory(Kernel, "sysrq-c", "crash")]
    [InlineData("sysrq-c")]
    public void CountsAsCrashDoes(string scenario)
    {
        LabDump dump = Lab.Find(Kernel, scenario)!;
        string task = (string)Page(dump, "runq")["tasks"]![0]!["address"]!;
        (_, string crash) = Peer.Run(
            Peer.Find("crash")!, $"kmem -s\nkmem -v\ntimer\nsearch -p {task[2..]}\nquit\n", "-s", "--no_scroll", dump.Vmlinux!, dump.Vmcore);

        Dictionary<string, string> caches = Rows(crash, @"^([0-9a-f]{16})\s+(\d+\s+\d+\s+\d+\s+\d+)\s+\d+k");
        Assert.Equal(
            caches.ToDictionary(row => "0x" + row.Key, row => Words(row.Value)),
            Page(dump, "slabs")["caches"]!.ToDictionary(row => (string)row["address"]!, row => $"{row["objectSize"]} {row["allocated"]} {row["total"]} {row["slabs"]}"));

        Dictionary<string, string> areas = Rows(crash, @"^[0-9a-f]{16}\s+[0-9a-f]{16}\s+([0-9a-f]{16}) - [0-9a-f]{16}\s+(\d+)");
        Assert.Equal(
            areas.OrderBy(row => row.Key).Select(row => $"0x{row.Key} {row.Value}"), Page(dump, "vmalloc")["areas"]!.Select(row => $"{row["start"]} {row["bytes"]}"));

        Dictionary<string, string> timers = Rows(crash, @"^\s+\d+\s+-?\d+\s+([0-9a-f]{16})\s+[0-9a-f]{16}\s+<(\w+)");
        Assert.Equal(
            timers.OrderBy(row => row.Key).Select(row => $"0x{row.Key} {row.Value}"),
            Page(dump, "timers")["wheel"]!.Select(row => $"{row["address"]} {((string)row["function"]!).Split(' ')[0]}").Order(StringComparer.Ordinal));

        Dictionary<string, string> places = Rows(crash, @"^([0-9a-f]+): ([0-9a-f]{16})\s*$");
        Assert.Equal(
            places.Keys.Select(place => "0x" + place.TrimStart('0')).Order(StringComparer.Ordinal),
            Json("search", dump.Vmcore, task, "--json")["hits"]!.Select(hit => (string)hit["physical"]!).Order(StringComparer.Ordinal));
    }

    [LabFact("5.10-cloud", "null-deref")]
    public void ShowsAKernelOf2020() => ShowsAllThatIsCertain("5.10-cloud");

    [LabFact("6.12-cloud", "null-deref")]
    public void ShowsAKernelOf2024() => ShowsAllThatIsCertain("6.12-cloud");

    [LabFact(Kernel, "sysrq-c")]
    public void RefusesWhatIsNotThereInOneSentence()
    {
        string vmcore = Lab.Find(Kernel, "sysrq-c")!.Vmcore;
        Assert.Contains("there is no CPU 99", CliRun.Of("runq", vmcore, "99").ErrorLine, StringComparison.Ordinal);
        Assert.Contains("there is no protocol \"sctp\"", CliRun.Of("sockets", vmcore, "sctp").ErrorLine, StringComparison.Ordinal);
        Assert.Contains("there is no slab cache \"nothing\"", CliRun.Of("slabs", vmcore, "nothing").ErrorLine, StringComparison.Ordinal);
        Assert.Contains("CONFIG_IKCONFIG", CliRun.Of("config", vmcore).ErrorLine, StringComparison.Ordinal);
        Assert.Contains("neither a hexadecimal number nor a symbol", CliRun.Of("search", vmcore, "no_such_symbol").ErrorLine, StringComparison.Ordinal);
        Assert.Equal(2, CliRun.Of("search", vmcore, "--range", "20-10").Code);
    }

    // What every guest has, whatever its kernel: two CPUs, the timer's interrupt, the loopback device, and tasks that sleep.
    private static void ShowsAllThatIsCertain(string kernel)
    {
        LabDump dump = Lab.Find(kernel, "null-deref")!;
        var pages = s_verbs.ToDictionary(verb => verb, verb => Page(dump, verb));
        Assert.Equal(2, pages["cpus"]["cpus"]!.Count());
        Assert.Equal(2, pages["runq"]["queues"]!.Count());
        Assert.Equal(250, (int)pages["timers"]["clock"]!["ticksPerSecond"]!);
        AssertHas(pages["timers"], "wheel", timer => (string?)timer["function"] == "delayed_work_timer_fn");
        AssertHas(pages["irqs"], "interrupts", line => line["names"]!.Any(name => (string?)name == "timer"));
        AssertHas(pages["netdev"], "devices", device => (string?)device["name"] == "lo");
        AssertHas(pages["sockets"], "sockets", socket => (string?)socket["local"] == "[::]:4711" && (string?)socket["state"] == "LISTEN");
        AssertHas(pages["meminfo"], "summary", line => (string?)line["name"] == "MemTotal" && (long)line["value"]! > 100_000);
        AssertHas(pages["workqueues"], "queues", queue => (string?)queue["name"] == "events");
        AssertHas(pages["block"], "disks", disk => (string?)disk["name"] == "vda");
    }

    // A dump that lacks pages may lack the row, but then the page says where it breaks off.
    private static void AssertHas(JObject page, string table, Func<JToken, bool> isRow) =>
        Assert.True(page[table]!.Any(isRow) || page["notes"]!.Any(note => (string?)note["table"] == table), $"{page["schema"]}: {page[table]}");

    private static Dictionary<string, string> Rows(string output, string pattern) => System.Text.RegularExpressions.Regex
        .Matches(output, pattern, System.Text.RegularExpressions.RegexOptions.Multiline).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);

    private static string Words(string text) => string.Join(' ', text.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static JObject Page(LabDump dump, string verb, params string[] arguments) => Json(
        [verb, dump.Vmcore, .. arguments, "--vmlinux", dump.Vmlinux!, "--debug", dump.PathOf("modules"), "--json"]);

    private static JObject Json(params string[] arguments)
    {
        CliRun run = CliRun.Of(arguments);
        Assert.True(run.Code == 0, $"{string.Join(' ', arguments)}: {run.Error}");
        return JObject.Parse(run.Out);
    }
}
