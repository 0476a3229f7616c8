// LabCrashPeerTests: pages held against what crash prints of the same dump.
using System.Text.RegularExpressions;
using Newtonsoft.Json.Linq;
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.Lsp.Tests.Cli;

/// <summary>
/// crash 8.0.2. It finds no PID table in these kernels and knows three tasks only, so what it prints task by task (foreach, files, net -s) cannot be compared.
/// </summary>
public sealed class LabCrashPeerTests
{
    private const string Kernel = "6.1-cloud";

    [PeerTheory(Kernel, "browse-state", "crash")]
    [InlineData("browse-state")]
    public void AgreesAboutSwapObjectsMountsInterruptsAndMemory(string scenario)
    {
        LabDump dump = Lab.Find(Kernel, scenario)!;
        string crash = Ask(dump, "net", "swap", "ipcs", "mount", "irq", "runq", "kmem -f");

        Assert.Equal(Rows(crash, @"^(ff[0-9a-f]{14})  (\S+) +[0-9.]+$"), Page(dump, "netdev")["devices"]!.Select(row => $"{Hex(row["address"])} {row["name"]}").Order());
        Assert.Equal(
            Rows(crash, @"^(ff[0-9a-f]{14})\s+FILE\s+(\d+)k\s+(\d+)k\s+\d+%\s+(-?\d+)\s+(\S+)$"),
            Page(dump, "swap")["areas"]!.Select(row => $"{Hex(row["area"])} {(long)row["bytes"]! / 1024} {(long)row["usedBytes"]! / 1024} {row["priority"]} {row["path"]}").Order());

        // crash lists those of the first namespace.
        JObject ipc = Page(dump, "ipc", "1");
        Assert.Equal(
            Rows(crash, @"^(ff[0-9a-f]{14}) ([0-9a-f]{8}) (\d+)\s+\d+\s+(\d+)\s+(\d+)\s+(\d+)"),
            ipc["sharedMemory"]!.Select(row => $"{Hex(row["address"])} {Hex(row["key"])} {row["id"]} {row["mode"]} {row["bytes"]} {row["attached"]}")
                .Concat(ipc["messageQueues"]!.Select(row => $"{Hex(row["address"])} {Hex(row["key"])} {row["id"]} {row["mode"]} {row["bytes"]} {row["messages"]}")).Order());
        Assert.Equal(
            Rows(crash, @"^(ff[0-9a-f]{14}) ([0-9a-f]{8}) (\d+)\s+\d+\s+(\d+)\s+(\d+)\s*$"),
            ipc["semaphores"]!.Select(row => $"{Hex(row["address"])} {Hex(row["key"])} {row["id"]} {row["mode"]} {row["count"]}").Order());

        // crash lists the mounts of the first task's namespace; other namespaces have their own.
        string[] mounts = Rows(crash, @"^(ff[0-9a-f]{14}) (ff[0-9a-f]{14}) (\w+)\s+(\S+)\s+(/\S*)\s*$");
        Assert.NotEmpty(mounts);
        Assert.Empty(mounts.Except(Page(dump, "mounts")["mounts"]!.Select(row => $"{Hex(row["mount"])} {Hex(row["superBlock"])} {row["type"]} {row["source"]} {row["path"]}")));

        // Lines without a handler that never came are left out, as the page says; one of crash's "(unused)" may have come.
        Assert.Equal(
            Rows(crash, @"^\s*(\d+)\s+(ff[0-9a-f]{14})\s+ff[0-9a-f]{14}\s+""([^""]+)""$"),
            Page(dump, "irqs")["interrupts"]!.Where(row => row["names"]!.Any()).Select(row => $"{row["irq"]} {Hex(row["address"])} {row["names"]![0]}").Order());
        Assert.Equal(Rows(crash, @"^CPU (\d+) RUNQUEUE: (ff[0-9a-f]{14})$"), Page(dump, "runq")["queues"]!.Select(row => $"{row["cpu"]} {Hex(row["address"])}").Order());

        // Blocks in the free lists, order by order: crash has a line for each migrate type.
        JObject zones = Page(dump, "zones");
        foreach (JToken zone in zones["zones"]!)
        {
            string part = Regex.Match(crash, $@"\d+\s+{zone["zone"]} +\d+ +\d+  .*?(?=ZONE|nr_free)", RegexOptions.Singleline).Value;
            var blocks = Regex.Matches(part, @"^ +(\d+) +\d+k  ff[0-9a-f]{14} +(\d+) +\d+$", RegexOptions.Multiline)
                .GroupBy(match => int.Parse(match.Groups[1].Value)).ToDictionary(group => group.Key, group => group.Sum(match => long.Parse(match.Groups[2].Value)));
            Assert.Equal(11, blocks.Count);
            Assert.All(zones["freeAreas"]!.Where(area => (string?)area["zone"] == (string?)zone["zone"]), area => Assert.Equal(blocks[(int)area["order"]!], (long)area["blocks"]!));
        }
    }

    [PeerTheory(Kernel, "stuck-socket", "crash")]
    [InlineData("stuck-socket")]
    public void AgreesAboutDisksAndWhatIsInFlight(string scenario)
    {
        LabDump dump = Lab.Find(Kernel, scenario)!;
        JObject block = Page(dump, "block");
        string[] expected = Rows(Ask(dump, "dev -d"), @"^\s*(\d+) (ff[0-9a-f]{14})\s+(\w+)\s+(ff[0-9a-f]{14})\s+(\d+)\s+(\d+)\s+(\d+)\s*$");
        Assert.Single(expected);
        Assert.Equal(expected, block["disks"]!.Select(disk =>
        {
            JToken[] requests = [.. block["requests"]!.Where(request => (string?)request["disk"] == (string?)disk["name"])];
            int reads = requests.Count(request => (string?)request["operation"] == "read");
            return $"{((string)disk["number"]!).Split(':')[0]} {Hex(disk["disk"])} {disk["name"]} {Hex(disk["queue"])} {requests.Length} {reads} {requests.Length - reads}";
        }));
    }

    private static string Ask(LabDump dump, params string[] commands) =>
        Peer.Run(Peer.Find("crash")!, string.Join('\n', commands) + "\nquit\n", "-s", "--no_scroll", dump.Vmlinux!, dump.Vmcore).Output;

    // The groups of each matching line, joined, in order.
    private static string[] Rows(string output, string pattern) =>
        [.. Regex.Matches(output, pattern, RegexOptions.Multiline).Select(match => string.Join(' ', match.Groups.Values.Skip(1).Select(group => group.Value))).Order()];

    private static string Hex(JToken? address) => ((string)address!)[2..];

    private static JObject Page(LabDump dump, string verb, params string[] arguments)
    {
        CliRun run = CliRun.Of([verb, dump.Vmcore, .. arguments, "--vmlinux", dump.Vmlinux!, "--json"]);
        Assert.True(run.Code == 0, $"{verb}: {run.Error}");
        return JObject.Parse(run.Out);
    }
}
