// LabLockPagesTests: pages about locks over real dumps, held against what the scenario's source says.
using Newtonsoft.Json.Linq;
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.Lsp.Tests.Cli;

/// <summary>Truth: wait.c of lab_blocked: lab-holds takes every lock, and a thread for each waits for it.</summary>
public sealed class LabLockPagesTests
{
    [LabFact("5.10-cloud", "blocked-tasks")]
    public void ShowsEveryLockOfAKernelOf2020() => ShowsEveryLock("5.10-cloud");

    [LabFact("6.1-cloud", "blocked-tasks")]
    public void ShowsEveryLockOfAKernelOf2022() => ShowsEveryLock("6.1-cloud");

    [LabFact("6.1-cloud", "spin-deadlock")]
    public void ShowsSpinlocksThatWaitForEachOther() => ShowsSpinlocks("6.1-cloud");

    [LabFact("6.12-cloud", "spin-deadlock")]
    public void ShowsSpinlocksOfAKernelOf2024() => ShowsSpinlocks("6.12-cloud");

    [LabFact("6.1-cloud", "blocked-tasks")]
    public void RefusesWhatIsNoLock()
    {
        LabDump dump = Lab.Find("6.1-cloud", "blocked-tasks")!;
        Assert.Contains("what kind of lock is at", CliRun.Of("lock", dump.Vmcore, "jiffies").ErrorLine, StringComparison.Ordinal);
        Assert.Contains("is no kind of lock", CliRun.Of("lock", dump.Vmcore, "door:jiffies").ErrorLine, StringComparison.Ordinal);
        Assert.Contains("nor a symbol of this kernel", CliRun.Of("lock", dump.Vmcore, "mutex:no_such_lock").ErrorLine, StringComparison.Ordinal);

        // Nothing is there: the words are absent, never "unlocked".
        JObject nowhere = Page(dump, "lock", "mutex:0xffffc00000000000");
        Assert.NotNull(nowhere["lock"]!["held"]!["absent"]);
        Assert.Contains(nowhere["notes"]!, note => ((string)note["text"]!).Contains("not in the dump", StringComparison.Ordinal));
    }

    /// <summary>The debug file beside the sample lacks the waiters' structures: a queue that cannot be read has no length, and the reason is said once.</summary>
    [Fact]
    public void CountsNoQueueThatItCannotRead()
    {
        JObject page = Json("locks", Lab.Sample()!.Vmcore, "--json");
        JToken[] held = [.. page["held"]!];
        Assert.NotEmpty(held);
        Assert.All(held, row => Assert.Contains("is not known", (string?)row["waiters"]!["absent"], StringComparison.Ordinal));
        string[] notes = [.. page["notes"]!.Select(note => (string)note["text"]!)];
        Assert.Single(notes, note => note.Contains("rwsem_waiter", StringComparison.Ordinal));

        JObject nowhere = Json("lock", Lab.Sample()!.Vmcore, "rwsem:0xffffc00000000000", "--no-debuginfo", "--json");
        Assert.NotNull(nowhere["lock"]!["writeHeld"]!["absent"]);
        Assert.Contains(nowhere["notes"]!, note => ((string)note["text"]!).Contains("there may be more", StringComparison.Ordinal));
    }

    private static void ShowsSpinlocks(string kernel)
    {
        LabDump dump = Lab.Find(kernel, "spin-deadlock")!;
        JToken[] locks = [.. Page(dump, "locks")["waitedFor"]!.Where(row => (string?)row["kind"] == "spinlock")];
        Assert.Equal(
            [("east.lock [lab_hang]", "lab-east", "lab-west"), ("west.lock [lab_hang]", "lab-west", "lab-east")],
            locks.Select(row => ((string)row["name"]!, (string)row["tasks"]!.Single()!, (string)row["candidates"]!.Single()!)).Order());
    }

    private static void ShowsEveryLock(string kernel)
    {
        LabDump dump = Lab.Find(kernel, "blocked-tasks")!;
        JObject page = Page(dump, "locks");
        foreach ((string name, string kind, string waiter, bool isOwned) in new[]
        {
            ("held_mutex", "mutex", "lab-mutex", true), ("held_rt_mutex", "rt_mutex", "lab-rtmutex", true), ("held_for_write", "rwsem", "lab-read", true),
            ("held_for_read", "rwsem", "lab-write", false), ("held_semaphore", "semaphore", "lab-semaphore", false), ("held_percpu", "percpu_rwsem", "lab-percpu", false),
        })
        {
            JToken row = Assert.Single(page["waitedFor"]!, row => (string?)row["name"] == name + " [lab_blocked]");
            Assert.Equal((kind, true), ((string?)row["kind"], (bool)row["held"]!));
            Assert.Contains(waiter, row["tasks"]!.Select(task => (string?)task));
            Assert.Equal(isOwned ? "lab-holds" : null, row["owner"]!.Type == JTokenType.String ? (string?)row["owner"] : null);

        }

        JToken read = page["waitedFor"]!.Single(row => (string?)row["name"] == "held_for_read [lab_blocked]");
        Assert.Equal("lab-holds", (string?)read["candidates"]!.Single());

        // The lock's own page, by its symbol where the type tells the kind, or by kind and address.
        JObject one = Page(dump, "lock", "held_mutex");
        Assert.Equal(("mutex", "lab-holds"), ((string?)one["lock"]!["kind"], (string?)one["lock"]!["owner"]));
        JToken waiting = Assert.Single(Page(dump, "lock", $"rwsem:{read["lock"]}")["waiters"]!);
        Assert.Equal(("lab-write", "writer", "wait_write"), ((string?)waiting["task"], (string?)waiting["mode"], (string?)waiting["caller"]));

        // From the tasks to the locks: who holds and who waits.
        JObject tasks = Json("ps", dump.Vmcore, "--json");
        string Pid(string comm) => (string)tasks["tasks"]!.Single(task => (string?)task["comm"] == comm)["pid"]!;
        JToken[] held = [.. Page(dump, "task", Pid("lab-holds"))["locks"]!];
        Assert.Equal(["held_for_write [lab_blocked]", "held_mutex [lab_blocked]", "held_rt_mutex [lab_blocked]"], held.Where(row => (string?)row["relation"] == "holds").Select(row => (string)row["name"]!).Order());
        JToken waited = Assert.Single(Page(dump, "task", Pid("lab-mutex"))["locks"]!);
        Assert.Equal(("waits for", "lab-holds"), ((string?)waited["relation"], (string?)waited["others"]!.Single()));
    }

    private static JObject Page(LabDump dump, string verb, params string[] arguments) =>
        Json([verb, dump.Vmcore, .. arguments, "--vmlinux", dump.Vmlinux!, "--debug", dump.PathOf("modules"), "--json"]);

    private static JObject Json(params string[] arguments)
    {
        CliRun run = CliRun.Of(arguments);
        Assert.True(run.Code == 0, $"{string.Join(' ', arguments)}: {run.Error}");
        return JObject.Parse(run.Out);
    }
}
