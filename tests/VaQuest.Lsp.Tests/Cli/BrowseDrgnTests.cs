// BrowseDrgnTests: tasks, files, maps, mounts and file systems of real dumps beside drgn's answers on the same bytes.
using System.Globalization;
using Newtonsoft.Json.Linq;
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.Lsp.Tests.Cli;

public sealed class BrowseDrgnTests
{
    // drgn takes long over files, so every fifth process' are asked for. It has no names for what is in no directory ("[pipefs]"), and does not mark what is deleted.
    private const string Script = """
        for task in for_each_task(program):
            pid = task.pid.value_()
            if task.mm:
                print("maps", pid, task.mm.map_count.value_())
            if not task.files or pid != task.tgid.value_() or pid % 5 != 0:
                continue
            for fd, file in for_each_file(task):
                if file: print("file", pid, fd, hex(file.value_()), d_path(file.f_path).decode("latin-1").replace(" ", "_"))
        for task in for_each_task(program):
            print("task", task.pid.value_(), hex(task.value_()), task.comm.string_().decode("latin-1").replace(" ", "_"))
        for mount in for_each_mount(program):
            print("mount", mount_fstype(mount).decode(), mount_src(mount).decode(), mount_dst(mount).decode())
        from drgn.helpers.linux.list import list_for_each_entry
        for block in list_for_each_entry("struct super_block", program["super_blocks"].address_of_(), "s_list"):
            pages = 0
            inodes = 0
            for inode in list_for_each_entry("struct inode", block.s_inodes.address_of_(), "i_sb_list"):
                inodes += 1
                pages += inode.i_data.nrpages.value_()
            print("super", hex(block.value_()), block.s_type.name.string_().decode(), inodes, pages)
        """;

    [LabDrgnTheory("6.1-cloud", "many-tasks", "sysrq-c")]
    [InlineData("6.1-cloud", "many-tasks")]
    [InlineData("6.1-cloud", "sysrq-c")]
    public void ListsWhatDrgnLists(string kernel, string scenario)
    {
        LabDump dump = Lab.Find(kernel, scenario)!;
        ILookup<string, string[]> theirs = LabDrgn.Ask(dump, Script).Select(line => line.Split(' ')).ToLookup(words => words[0], words => words[1..]);
        CheckTasks(dump, theirs);
        CheckFiles(dump, theirs["file"]);
        CheckMounts(dump, theirs["mount"]);
        CheckFileSystems(dump, theirs["super"]);

        // A map of every two hundredth process: each is a page of its own.
        string[][] maps = [.. theirs["maps"].Where((_, i) => i % 200 == 0)];
        Assert.NotEmpty(maps);
        Assert.All(maps, words => Assert.Equal(words[1], Text(((JArray)Ask(dump, "maps", words[0])["maps"]!).Count)));
    }

    private static void CheckTasks(LabDump dump, ILookup<string, string[]> theirs)
    {
        JArray tree = (JArray)Ask(dump, "tree")["processes"]!;
        JObject states = Ask(dump, "tasks");

        // The idle tasks are in no list that drgn walks.
        Assert.Equal(theirs["task"].Count(), (int)states["counts"]!["tasks"]! - tree.Count(row => (int)row["pid"]! == 0));
        Assert.Equal(
            theirs["task"].Select(words => words[1]).ToHashSet().Count,
            tree.Where(row => (int)row["pid"]! != 0).Sum(row => (int)row["threads"]!));
        Assert.Subset(theirs["task"].Select(words => words[1]).ToHashSet(), tree.Where(row => (int)row["pid"]! != 0).Select(row => (string)row["task"]!).ToHashSet());
        Assert.Equal((int)states["counts"]!["tasks"]!, states["states"]!.Sum(row => (int)row["count"]!));
    }

    private static void CheckFiles(LabDump dump, IEnumerable<string[]> theirs)
    {
        Dictionary<string, JToken> ours = Ask(dump, "files")["files"]!.Where(row => (int)row["pid"]! % 5 == 0).ToDictionary(row => Text(row["pid"]) + " " + Text(row["fd"]));
        int compared = 0;
        foreach (string[] words in theirs)
        {
            if (!ours.TryGetValue(words[0] + " " + words[1], out JToken? file))
            {
                // A process that shares its table with one that was listed before.
                continue;
            }

            Assert.Equal(words[2], (string?)file["file"]);
            if (!words[3].StartsWith('['))
            {
                Assert.Equal(words[3], ((string)file["path"]!).Replace(' ', '_'));
            }

            compared++;
        }

        Assert.Equal(ours.Count, compared);
    }

    private static void CheckMounts(LabDump dump, IEnumerable<string[]> theirs) => Assert.Equal(
        theirs.Select(words => string.Join(' ', words)),
        Ask(dump, "mounts", "1")["mounts"]!.Select(row => $"{row["type"]} {row["source"]} {row["path"]}"));

    private static void CheckFileSystems(LabDump dump, IEnumerable<string[]> theirs) => Assert.Equal(
        theirs.Select(words => string.Join(' ', words)).Order(),
        Ask(dump, "filecache")["fileSystems"]!.Select(row => $"{row["superBlock"]} {row["type"]} {row["inodes"]} {row["pages"]}").Order());

    private static JObject Ask(LabDump dump, string verb, params string[] words)
    {
        CliRun run = CliRun.Of([verb, dump.Vmcore, .. words, "--json", "--vmlinux", dump.Vmlinux!]);
        Assert.True(run.Code == 0, run.Error);
        return JObject.Parse(run.Out);
    }

    private static string Text(JToken? value) => Convert.ToString(((JValue)value!).Value, CultureInfo.InvariantCulture)!;
}
