// PrintTests: `vaquest print` and `bt --locals` over a real dump: text, JSON contract, errors.
using Newtonsoft.Json.Linq;
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.Lsp.Tests.Cli;

public sealed class PrintTests
{
    private const string Kernel = "6.1-cloud";

    private const string Scenario = "null-deref";

    private static LabDump Dump => Lab.Find(Kernel, Scenario)!;

    [LabFact(Kernel, Scenario)]
    public void PrintsValuesAsCDoes()
    {
        Assert.Equal("(char [16])\"swapper/0\"\n", Print("init_task.comm"));
        Assert.Equal("(unsigned long)64\n", Print("sizeof(struct page)"));
        Assert.Equal("(int)98\n", Print("1 + 2 * (3 << 4) - ~0"));
        Assert.Equal("(char [16])\"init\"\n", Print("container_of(init_task.tasks.next, struct task_struct, tasks)->comm"));
        Assert.Equal("(const struct message){\n    .kind = MESSAGE_DATA,\n    .length = 107,\n    .text = \"from /proc/lab\",\n}\n", Print("*message", "--frame", "0"));
    }

    [LabFact(Kernel, Scenario)]
    public void KeepsTheJsonContract()
    {
        JObject answer = JObject.Parse(Print("*message", "--frame", "0", "--json"));
        Assert.Equal("vaquest.print/1", (string?)answer["schema"]);
        Assert.Equal("const struct message", (string?)answer["type"]);
        Assert.Equal(("MESSAGE_DATA", 107L, "from /proc/lab"),
            ((string?)answer["value"]!["kind"], (long)answer["value"]!["length"]!, (string?)answer["value"]!["text"]));

        JObject list = JObject.Parse(Print("list(&init_task.tasks, struct task_struct, tasks).pid", "--json"));
        Assert.Equal(1, (int)list["value"]![0]!);
        Assert.Equal("0x0", (string?)JObject.Parse(Print("slot", "--frame", "0", "--json"))["value"]);
    }

    [LabFact(Kernel, Scenario)]
    public void PointsAtTheCharacterThatIsToBlame()
    {
        CliRun run = CliRun.Of("print", Dump.Vmcore, "init_task.nothing", "--vmlinux", Dump.Vmlinux!);

        Assert.Equal(1, run.Code);
        Assert.Equal("vaquest: struct task_struct has no member nothing\n  init_task.nothing\n            ^\n", run.Error);
        Assert.Equal(2, CliRun.Of("print", Dump.Vmcore, "1", "--frame", "9999", "--vmlinux", Dump.Vmlinux!).Code);
    }

    [LabFact(Kernel, Scenario)]
    public void ShowsArgumentsAndLocalsUnderEachFrame()
    {
        string[] arguments = ["bt", Dump.Vmcore, "--vmlinux", Dump.Vmlinux!, "--debug", Dump.PathOf("modules"), "--locals"];
        string text = CliRun.Of(arguments).Out;
        Assert.Contains("         struct slot *slot = NULL\n", text, StringComparison.Ordinal);
        Assert.Contains("           struct message message = {.kind = MESSAGE_DATA, .length = 107, .text = \"from /proc/lab\"}\n", text, StringComparison.Ordinal);

        JToken frame = JObject.Parse(CliRun.Of([.. arguments, "--json"]).Out)["stacks"]![0]!["frames"]![0]!;
        JToken slot = frame["locals"]!.First(local => (string?)local["name"] == "slot");
        Assert.Equal(("argument", "struct slot *", "0x0", "NULL"), ((string?)slot["kind"], (string?)slot["type"], (string?)slot["value"], (string?)slot["text"]));
    }

    [LabFact(Kernel, Scenario)]
    public void AnswersFromTheDumpAlone()
    {
        CliRun run = CliRun.Of("print", Dump.Vmcore, "((struct task_struct *)&init_task)->comm", "--no-debuginfo");

        Assert.Equal((0, "(char [16])\"swapper/0\"\n"), (run.Code, run.Out));
    }

    private static string Print(string expression, params string[] more)
    {
        CliRun run = CliRun.Of(["print", Dump.Vmcore, expression, "--vmlinux", Dump.Vmlinux!, "--debug", Dump.PathOf("modules"), .. more]);
        Assert.Equal((0, ""), (run.Code, run.Error));
        return run.Out;
    }
}
