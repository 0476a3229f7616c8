// LabArrayPageTests: arrays of a real kernel, a part at a time.
using Newtonsoft.Json.Linq;
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.Lsp.Tests.Cli;

public sealed class LabArrayPageTests
{
    private const string Kernel = "6.1-cloud";

    [LabFact(Kernel, "sysrq-c")]
    public void GoesOnWhereAPartEnds()
    {
        LabDump dump = Lab.Find(Kernel, "sysrq-c")!;
        string table = Text(dump, "print", "&idt_table");
        string address = System.Text.RegularExpressions.Regex.Match(table, "0x[0-9a-f]+").Value;
        ulong start = Convert.ToUInt64(address, 16);
        JObject first = Page(dump, $"gate_desc[256]:{address}::0");
        Assert.Equal(256, (int)first["part"]!["count"]!);
        Assert.NotNull(first["part"]!["next"]!["absent"]);
        Assert.All(first["elements"]!, row => Assert.Equal(start + (16 * (ulong)row["index"]!), Convert.ToUInt64((string)row["address"]!, 16)));

        // From the middle, with the way back; and the same elements as the whole has there.
        JObject second = Page(dump, $"gate_desc[256]:{address}::100");
        Assert.Equal("[0-99]", (string?)second["part"]!["previous"]);
        Assert.Equal(first["elements"]!.Last!.ToString(), second["elements"]!.Last!.ToString());
        Assert.Contains("...[128-255]", Text(dump, "print", "idt_table"), StringComparison.Ordinal);
        Assert.Contains("[254] =", Text(dump, "print", "idt_table", "--from", "254"), StringComparison.Ordinal);
    }

    [LabFact(Kernel, "sysrq-c")]
    public void PutsEqualElementsTogetherAndShowsMembersOfObjects()
    {
        LabDump dump = Lab.Find(Kernel, "sysrq-c")!;
        string address = System.Text.RegularExpressions.Regex.Match(Text(dump, "print", "&__per_cpu_offset"), "0x[0-9a-f]+").Value;
        JToken[] offsets = [.. Page(dump, $"unsigned long[8192]:{address}:")["elements"]!];
        Assert.Equal((2, 8191), ((int)offsets[^1]["index"]!, (int)offsets[^1]["last"]!));
        Assert.Equal(3, offsets.Length);

        string task = System.Text.RegularExpressions.Regex.Match(Text(dump, "print", "&init_task"), "0x[0-9a-f]+").Value;
        JToken[] segments = [.. Page(dump, $"struct task_struct:{task}:.thread.tls_array")["elements"]!];
        Assert.NotEmpty(segments);

        // An array whose type does not say how many it has.
        JObject flexible = Page(dump, $"struct mm_struct:{System.Text.RegularExpressions.Regex.Match(Text(dump, "print", "&init_mm"), "0x[0-9a-f]+").Value}:.cpu_bitmap");
        Assert.NotNull(flexible["part"]!["count"]!["absent"]);
    }

    [LabFact(Kernel, "sysrq-c")]
    public void RefusesWhatIsNoArray()
    {
        string vmcore = Lab.Find(Kernel, "sysrq-c")!.Vmcore;
        Assert.Contains("is no array", CliRun.Of("array", vmcore, "struct page").ErrorLine, StringComparison.Ordinal);
        Assert.Contains("no struct nothing", CliRun.Of("array", vmcore, "struct nothing:0xffff888000000000:.a").ErrorLine, StringComparison.Ordinal);
        Assert.Contains("has no member b", CliRun.Of("array", vmcore, "struct list_head:0xffff888000000000:.b").ErrorLine, StringComparison.Ordinal);
        Assert.Contains("is no array of elements", CliRun.Of("array", vmcore, "struct list_head:0xffff888000000000:.next").ErrorLine, StringComparison.Ordinal);
    }

    private static JObject Page(LabDump dump, string what) => JObject.Parse(Text(dump, "array", what, "--json"));

    private static string Text(LabDump dump, string verb, params string[] arguments)
    {
        CliRun run = CliRun.Of([verb, dump.Vmcore, .. arguments, "--vmlinux", dump.Vmlinux!]);
        Assert.True(run.Code == 0, $"{verb} {string.Join(' ', arguments)}: {run.Error}");
        return run.Out;
    }
}
