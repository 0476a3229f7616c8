// BrowseStateTests: tasks, files, maps, mounts, IPC and swap of a dump beside what the living kernel's /proc said of them.
using System.Globalization;
using Newtonsoft.Json.Linq;
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.Lsp.Tests.Cli;

/// <summary>
/// The scenario's processes sleep between what the guest recorded and the crash. The dump with all pages is read: with 6.12 makedumpfile takes
/// slab pages for user pages and leaves them out, and command lines are in user pages.
/// </summary>
public sealed class BrowseStateTests
{
    private const string Scenario = "browse-state";

    private const string Dump = "vmcore.full";

    private const ulong CloseOnExec = 0x80000;

    [LabFact("6.1-cloud", Scenario, Dump)]
    public void TellsWhatProcToldOn61() => CheckAll("6.1-cloud");

    [LabFact("6.12-cloud", Scenario, Dump)]
    public void TellsWhatProcToldOn612() => CheckAll("6.12-cloud");

    [LabFact("5.10-cloud", Scenario, Dump)]
    public void TellsWhatProcToldOn510() => CheckAll("5.10-cloud");

    [LabFact("6.1-cloud", Scenario, Dump)]
    public void NeedsNoDebugInformation()
    {
        LabDump dump = Lab.Find("6.1-cloud", Scenario)!;
        JObject page = Ask(dump, ["task", new GuestState(dump).Keepers[0].ToString(CultureInfo.InvariantCulture)], "--no-debuginfo");
        Assert.Equal("/tmp/keeper", (string?)page["task"]!["cwd"]);
        Assert.Contains((JArray)page["files"]!, file => (string?)file["path"] == "anon_inode:[eventfd]");
        Assert.Equal("__schedule", (string?)page["frames"]![0]!["function"]);
    }

    private static void CheckAll(string kernel)
    {
        LabDump dump = Lab.Find(kernel, Scenario)!;
        var guest = new GuestState(dump);
        foreach (int pid in guest.Keepers)
        {
            JObject page = Ask(dump, ["task", pid.ToString(CultureInfo.InvariantCulture)]);
            CheckTask(guest, pid, page);
            CheckSignals(guest, pid, page);
            CheckIdentity(guest, pid, page);
            CheckFiles(guest, pid, (JArray)page["files"]!);
            CheckMaps(guest, pid, (JArray)page["maps"]!);
            Assert.Empty((JArray)page["notes"]!);
        }

        CheckMounts(guest, dump);
        CheckIpc(guest, Ask(dump, ["ipc", "1"]));
        CheckRest(guest, dump);
    }

    private static void CheckTask(GuestState guest, int pid, JObject page)
    {
        JToken task = page["task"]!;
        string[] stat = guest.Stat(pid);
        Assert.Equal(guest.Line($"{pid}/comm"), (string?)task["comm"]);
        Assert.Equal(guest.Line($"{pid}/cmdline").TrimEnd(), string.Join(' ', task["commandLine"]!.Select(word => (string?)word)));
        Assert.Equal(stat[0], ((string)task["state"]!)[..1]);
        Assert.Equal(stat[1], (string?)task["parent"]![0]);
        Assert.Equal(stat[2], Text(task["processGroup"]));
        Assert.Equal(stat[3], Text(task["session"]));
        Assert.Equal(stat[6], Text(Bits(task["flagBits"])));
        Assert.Equal(stat[16], Text(task["nice"]));
        Assert.Equal(stat[17], Text(((JArray)page["threads"]!).Count));
        Assert.Equal(stat[38], ((string)task["policy"]!) == "SCHED_NORMAL" ? "0" : "?");

        // Clock ticks of 10 ms since boot.
        Assert.Equal(stat[19], Text((long)page["times"]!["startNanoseconds"]! / 10_000_000));
        Assert.Equal(guest.Line($"{pid}/cwd"), (string?)task["cwd"]);
        Assert.Equal(guest.Line($"{pid}/root"), (string?)task["root"]);
        Assert.Equal(guest.Line($"{pid}/exe"), (string?)task["executable"]);
        JToken group = page["cgroups"]!.Single(row => (long)row["hierarchy"]! == 0);
        Assert.Equal(guest.Line($"{pid}/cgroup"), "0::" + (string?)group["path"]);
    }

    private static void CheckSignals(GuestState guest, int pid, JObject page)
    {
        JToken signals = page["signals"]!;
        string status = $"{pid}/status";
        Assert.Equal(Hex(guest.Field(status, "SigPnd")[0]), Bits(signals["pendingBits"]));
        Assert.Equal(Hex(guest.Field(status, "ShdPnd")[0]), Bits(signals["sharedPendingBits"]));
        Assert.Equal(Hex(guest.Field(status, "SigBlk")[0]), Bits(signals["blockedBits"]));
        Assert.Equal(Hex(guest.Field(status, "SigIgn")[0]), SetOf(page["handlers"]!.Where(row => (bool)row["ignored"]!)));
        Assert.Equal(Hex(guest.Field(status, "SigCgt")[0]), SetOf(page["handlers"]!.Where(row => !(bool)row["ignored"]!)));
    }

    private static void CheckIdentity(GuestState guest, int pid, JObject page)
    {
        JToken identity = page["credentials"]!;
        string status = $"{pid}/status";
        Assert.Equal(guest.Field(status, "Uid"), new[] { "uid", "euid", "suid", "fsuid" }.Select(name => Text(identity[name])));
        Assert.Equal(guest.Field(status, "Gid"), new[] { "gid", "egid", "sgid", "fsgid" }.Select(name => Text(identity[name])));
        Assert.Equal(guest.Field(status, "Groups"), identity["groups"]!.Select(Text));
        foreach ((string field, string member) in new[] { ("CapInh", "inheritable"), ("CapPrm", "permitted"), ("CapEff", "effective"), ("CapBnd", "bounding"), ("CapAmb", "ambient") })
        {
            Assert.Equal(Hex(guest.Field(status, field)[0]), Bits(identity[member + "Bits"]));
        }

        foreach (string kind in new[] { "mnt", "ipc", "uts", "pid", "net", "user", "cgroup" })
        {
            JToken space = page["namespaces"]!.Single(row => (string?)row["kind"] == kind);
            Assert.Equal(guest.Line($"{pid}/ns/{kind}"), FormattableString.Invariant($"{kind}:[{(long)space["number"]!}]"));
        }

        foreach ((string name, string limit) in new[] { ("Max open files", "NOFILE"), ("Max stack size", "STACK"), ("Max core file size", "CORE"), ("Max pending signals", "SIGPENDING") })
        {
            string[] words = guest.Lines($"{pid}/limits").Single(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            JToken row = page["limits"]!.Single(row => (string?)row["limit"] == limit);
            Assert.Equal((words[0], words[1]), (Text(row["current"]), Text(row["most"])));
        }
    }

    private static void CheckFiles(GuestState guest, int pid, JArray files)
    {
        string[] expected = [.. guest.Names.Where(name => name.StartsWith($"{pid}/fd/", StringComparison.Ordinal))];
        Assert.Equal(expected.Length, files.Count);
        foreach (string name in expected)
        {
            string number = name[(name.LastIndexOf('/') + 1)..];
            JToken file = files.Single(row => Text(row["fd"]) == number);
            string info = $"{pid}/fdinfo/{number}";
            Assert.Equal(Plain(guest.Line(name)), Plain((string)file["path"]! + ((bool)file["deleted"]! ? " (deleted)" : "")));
            Assert.Equal(guest.Field(info, "pos")[0], Text(file["position"]));
            Assert.Equal(Convert.ToUInt64(guest.Field(info, "flags")[0], 8) & ~CloseOnExec, Bits(file["flagBits"]) & ~CloseOnExec);
            if (guest.Lines(info).Any(line => line.StartsWith("ino:", StringComparison.Ordinal)))
            {
                Assert.Equal(guest.Field(info, "ino")[0], Text(file["inode"]));
            }
        }
    }

    private static void CheckMaps(GuestState guest, int pid, JArray maps)
    {
        IReadOnlyList<string> lines = guest.Lines($"{pid}/maps");
        Assert.Equal(lines.Count, maps.Count);
        for (int i = 0; i < lines.Count; i++)
        {
            string[] words = lines[i].Split(' ', 6, StringSplitOptions.RemoveEmptyEntries);
            string[] range = words[0].Split('-');
            JToken area = maps[i];
            Assert.Equal((Hex(range[0]), Hex(range[1]), words[1]), (Bits(area["start"]), Bits(area["end"]), (string?)area["permissions"]));
            Assert.Equal(words.Length > 5 ? words[5].Trim() : "", (string)area["name"]! + ((bool)area["deleted"]! ? " (deleted)" : ""));
            if (words[4] != "0")
            {
                Assert.Equal(Hex(words[2]), Bits(area["offset"]));
            }
        }
    }

    private static void CheckMounts(GuestState guest, LabDump dump)
    {
        JArray mounts = (JArray)Ask(dump, ["mounts", "1"])["mounts"]!;
        IReadOnlyList<string> lines = guest.Lines("1/mountinfo");
        Assert.Equal(
            lines.Select(line => line.Split(' ')).Select(words => string.Join(' ', [words[0], words[1], words[2], words[3], words[4], .. words[^3..^1]])).Order(),
            mounts.Select(row => string.Join(' ', new[] { "id", "parentId", "device", "root", "path", "type", "source" }.Select(name => Text(row[name])))).Order());
        foreach (string[] words in lines.Select(line => line.Split(' ')))
        {
            JToken mount = mounts.Single(row => Text(row["id"]) == words[0]);
            Assert.Equal(words[5], string.Join(',', mount["options"]!.Select(Text)));
        }

        // What only the process with namespaces of its own sees, as its source says.
        JArray inner = (JArray)Ask(dump, ["mounts", Text(guest.Keepers[1])])["mounts"]!;
        JToken box = inner.Single(row => (string?)row["path"] == "/tmp/box");
        Assert.Equal(("keeper", "tmpfs", "rw,nosuid,nodev,noexec,relatime"), ((string?)box["source"], (string?)box["type"], string.Join(',', box["options"]!.Select(Text))));
        JToken bound = inner.Single(row => (string?)row["path"] == "/tmp/box/bär");
        Assert.Equal(("/inner dir", "ro"), ((string?)bound["root"], Text(bound["options"]![0])));
    }

    private static void CheckIpc(GuestState guest, JObject page)
    {
        string[] shared = guest.Lines("sysvipc/shm")[1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            [shared[1], shared[2], shared[3], shared[4], shared[5], shared[6]],
            new[] { "id", "mode", "bytes", "creatorPid", "lastPid", "attached" }.Select(name => Text(page["sharedMemory"]!.Single()[name])));
        Assert.Equal(ulong.Parse(shared[0], CultureInfo.InvariantCulture), Hex(((string)page["sharedMemory"]![0]!["key"]!)[2..]));
        string[] semaphores = guest.Lines("sysvipc/sem")[1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal([semaphores[1], semaphores[2], semaphores[3]], new[] { "id", "mode", "count" }.Select(name => Text(page["semaphores"]!.Single()[name])));
        Assert.Equal(["0", "0", "9", "0", "0"], page["semaphores"]![0]!["values"]!.Select(Text));
        string[] queue = guest.Lines("sysvipc/msg")[1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            [queue[1], queue[2], queue[3], queue[4], queue[5]],
            new[] { "id", "mode", "bytes", "messages", "lastSendPid" }.Select(name => Text(page["messageQueues"]!.Single()[name])));
        Assert.Equal("nobody", (string?)page["messageQueues"]![0]!["lastReceivePid"]!["absent"]);
    }

    private static void CheckRest(GuestState guest, LabDump dump)
    {
        string[] swap = guest.Lines("swaps")[1].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        JToken area = Ask(dump, ["swap"])["areas"]!.Single();
        Assert.Equal((swap[0], swap[2], swap[3], swap[4]), ((string?)area["path"], Text((long)area["bytes"]! / 1024), Text((long)area["usedBytes"]! / 1024), Text(area["priority"])));

        Assert.Equal(
            guest.Lines("filesystems").Select(line => line.StartsWith("nodev", StringComparison.Ordinal) ? line[6..].Trim() : line.Trim() + " needs a device"),
            Ask(dump, ["filesystems"])["fileSystems"]!.Select(row => (string?)row["name"] + ((bool)row["needsDevice"]! ? " needs a device" : "")));

        // Five tasks of three processes; the guest wrote four mebibytes of zeroes and read them.
        JToken group = Ask(dump, ["cgroups"])["groups"]!.Single(row => (string?)row["path"] == "/keepers/inner");
        Assert.Equal((5L, 2L), ((long)group["tasks"]!, (long)group["level"]!));
        JToken file = Ask(dump, ["filecache"])["files"]!.Single(row => row["path"]!.Type == JTokenType.String && (string?)row["path"] == "/swapfile");
        Assert.Equal("ext4", (string?)file["type"]);

        // 5.10 has a page for the read that met the end of the file, too.
        Assert.InRange((long)file["pages"]!, 1024, 1025);
    }

    private static JObject Ask(LabDump dump, string[] words, params string[] options)
    {
        CliRun run = CliRun.Of([words[0], dump.PathOf(Dump), .. words[1..], "--json", .. options.Length > 0 ? options : ["--vmlinux", dump.Vmlinux!]]);
        Assert.True(run.Code == 0, run.Error);
        JObject page = JObject.Parse(run.Out);
        Assert.Equal($"vaquest.{words[0]}/1", (string?)page["schema"]);
        return page;
    }

    private static ulong SetOf(IEnumerable<JToken> rows) => rows.Aggregate(0UL, (set, row) => set | (1UL << ((int)row["number"]! - 1)));

    private static ulong Hex(string digits) => ulong.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static ulong Bits(JToken? value) => Hex(((string)value!)[2..]);

    private static string Text(JToken? value) => Convert.ToString(((JValue)value!).Value, CultureInfo.InvariantCulture)!;

    // The console is kept with another encoding than the guest's.
    private static string Plain(string path) => string.Concat(path.Where(char.IsAscii));
}
