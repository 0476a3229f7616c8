// LabCommandTests: the commands over a real dump: what they print, and the JSON contract.
using System.Globalization;
using Newtonsoft.Json.Linq;
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.Lsp.Tests.Cli;

public sealed class LabCommandTests
{
    private const string Kernel = "6.1-cloud";

    private const string Scenario = "null-deref";

    private static LabDump Dump => Lab.Find(Kernel, Scenario)!;

    [LabFact(Kernel, Scenario)]
    public void KeepsTheReportsJsonContract()
    {
        JObject report = Json("report", Dump.Vmcore, "--vmlinux", Dump.Vmlinux!, "--debug", Dump.PathOf("modules"), "--json");
        Assert.Equal("vaquest.report/1", (string?)report["schema"]);
        Assert.Equal(
            ["schema", "dump", "kernel", "system", "panic", "stacks", "findings", "coverage", "warnings", "signature"],
            report.Properties().Select(property => property.Name));
        Assert.Equal(("kdump-compressed", "x86_64", 4096L, true),
            ((string?)report["dump"]!["format"], (string?)report["dump"]!["architecture"], (long)report["dump"]!["pageSize"]!, (bool)report["dump"]!["complete"]!));
        Assert.Equal((string?)Dump.Truth["release"], (string?)report["kernel"]!["release"]);
        Assert.Equal((string?)Dump.Truth["buildId"], (string?)report["kernel"]!["buildId"]);
        Assert.Equal((string?)Dump.Truth["kaslrOffset"], (string?)report["kernel"]!["kaslrOffset"]);
        Assert.Equal("vmlinux", (string?)report["kernel"]!["debugInfo"]![0]!["module"]);
        JToken panic = report["panic"]!;
        foreach (string name in new[] { "kind", "cpu", "pid", "comm", "faultAddress", "function", "file", "line" })
        {
            Assert.True(JToken.DeepEquals(Dump.Truth[name], panic[name]), $"{name}: {Dump.Truth[name]} is not {panic[name]}");
        }

        JToken frame = report["stacks"]![0]!["frames"]![0]!;
        Assert.Equal(("slot_store", "0x8", "lab_null", "registers"),
            ((string?)frame["function"], (string?)frame["offset"], (string?)frame["module"], (string?)frame["proof"]));
        Assert.All(report.Descendants().OfType<JProperty>().Where(p => p.Name == "absent"), p => Assert.NotEmpty((string)p.Value!));
    }

    [LabFact(Kernel, Scenario)]
    public void PrintsEachListAsJsonWithItsSchema()
    {
        foreach ((string verb, string list) in new[] { ("bt", "stacks"), ("log", "records"), ("ps", "tasks"), ("mods", "modules") })
        {
            JObject answer = Json(verb, Dump.Vmcore, "--no-debuginfo", "--json");
            Assert.Equal($"vaquest.{verb}/1", (string?)answer["schema"]);
            Assert.NotEmpty((JArray)answer[list]!);
        }
    }

    [LabFact(Kernel, Scenario)]
    public void PrintsTheLogAsDmesgDoes()
    {
        CliRun run = CliRun.Of("log", Dump.Vmcore);
        Assert.Equal(0, run.Code);
        string dmesg = File.ReadAllText(Dump.PathOf("dmesg.txt")).TrimEnd('\n');
        Assert.Equal(dmesg.Split('\n').Length, run.Out.TrimEnd('\n').Split('\n').Length);
        Assert.Contains("BUG: kernel NULL pointer dereference, address: 0000000000000018", run.Out, StringComparison.Ordinal);
    }

    [LabFact(Kernel, Scenario)]
    public void ReadsTheSameBytesByPhysicalAndVirtualAddress()
    {
        JObject info = Json("info", Dump.Vmcore, "--json");
        JToken vmcoreinfo = info["vmcoreinfo"]!;
        ulong physBase = unchecked((ulong)long.Parse((string)vmcoreinfo["NUMBER(phys_base)"]!, CultureInfo.InvariantCulture));
        ulong text = ulong.Parse((string)vmcoreinfo["SYMBOL(_stext)"]!, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        ulong phys = unchecked(text - 0xffffffff80000000 + physBase);
        CliRun byVirt = CliRun.Of("read", Dump.Vmcore, "--virt", text.ToString("x", CultureInfo.InvariantCulture), "--length", "64");
        CliRun byPhys = CliRun.Of("read", Dump.Vmcore, "--phys", "0x" + phys.ToString("x", CultureInfo.InvariantCulture), "--length", "0x40");
        Assert.Equal((0, 0), (byVirt.Code, byPhys.Code));
        Assert.NotEmpty(byVirt.Out);
        Assert.Equal(byVirt.Out, byPhys.Out);
    }

    [LabFact(Kernel, Scenario)]
    public void SaysWhyMemoryIsNotThere()
    {
        CliRun run = CliRun.Of("read", Dump.Vmcore, "--virt", "0", "--length", "8");
        Assert.Equal((1, ""), (run.Code, run.Out));
        Assert.Contains("address not mapped at 0x0; wrote 0 of 8 bytes", run.ErrorLine, StringComparison.Ordinal);
    }

    [LabFact(Kernel, Scenario)]
    public void SaysThatThereIsNoSuchCpuOrTask()
    {
        Assert.Contains("there is no CPU 77", CliRun.Of("bt", Dump.Vmcore, "--no-debuginfo", "--cpu", "77").ErrorLine, StringComparison.Ordinal);
        Assert.Contains("there is no task with PID 99999", CliRun.Of("bt", Dump.Vmcore, "--no-debuginfo", "--pid", "99999").ErrorLine, StringComparison.Ordinal);
    }

    [LabFact(Kernel, Scenario)]
    public void WarnsOfAForeignVmlinuxAndStillAnswers()
    {
        CliRun run = CliRun.Of("report", Dump.Vmcore, "--vmlinux", Dump.PathOf("modules/lab_null.ko"));
        Assert.Equal(0, run.Code);
        Assert.Contains("refused", run.ErrorLine, StringComparison.Ordinal);
        Assert.Contains("slot_store+0x8/", run.Out, StringComparison.Ordinal);
    }

    [LabFact(Kernel, Scenario)]
    public void AnswersFromATruncatedDumpWithAWarning()
    {
        string cut = Path.GetTempFileName();
        try
        {
            using (FileStream source = File.OpenRead(Dump.Vmcore))
            using (FileStream target = File.Create(cut))
            {
                byte[] bytes = new byte[source.Length * 9 / 10];
                source.ReadExactly(bytes);
                target.Write(bytes);
            }

            CliRun run = CliRun.Of("report", cut, "--no-debuginfo");
            Assert.Equal(0, run.Code);
            Assert.StartsWith("vaquest: warning: ", run.ErrorLine, StringComparison.Ordinal);
            Assert.Contains("Coverage", run.Out, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(cut);
        }
    }

    [LabFact(Kernel, Scenario)]
    public void SymbolizesAddressesOfAModuleFile()
    {
        string module = Dump.PathOf("modules/lab_null.ko");
        CliRun run = CliRun.WithInput(".text+0x8\nnonsense\n", "symbolize", "--vmlinux", module);
        Assert.Equal(0, run.Code);
        Assert.Contains("nonsense is not an address", run.ErrorLine, StringComparison.Ordinal);
        Assert.Contains("/usr/src/vaquest-lab/lab_null/", run.Out, StringComparison.Ordinal);
        Assert.EndsWith("\n\n??\n??:0:0\n\n", run.Out, StringComparison.Ordinal);
    }

    [LabFact(Kernel, Scenario)]
    public void DecodesTheKernelsOwnOops()
    {
        CliRun run = CliRun.Of("decode", Dump.PathOf("dmesg.txt"), "--vmlinux", Dump.Vmlinux!, "--debug", Dump.PathOf("modules"));
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains("slot_store at /usr/src/vaquest-lab/lab_null/ring.c:31", run.Out, StringComparison.Ordinal);
        Assert.Contains("vfs_write at fs/read_write.c:", run.Out, StringComparison.Ordinal);
    }

    private static JObject Json(params string[] args)
    {
        CliRun run = CliRun.Of(args);
        Assert.Equal((0, ""), (run.Code, run.Error));
        return JObject.Parse(run.Out);
    }
}
