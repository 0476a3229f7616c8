// ConvertTests: a real crash converted to every kind of file, and what crash, makedumpfile and vaquest itself say of each.
using System.Text.RegularExpressions;
using Newtonsoft.Json.Linq;
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.Lsp.Tests.Cli;

public sealed partial class ConvertTests : IDisposable
{
    private const string Kernel = "6.1-cloud";
    private const string Scenario = "null-deref";

    /// <summary>Stack, log, system and tasks: they walk page tables, symbols and thousands of structures.</summary>
    private const string CrashCommands = "bt\nlog\nsys\nps\nquit\n";

    /// <summary>crash takes seconds to start: it is asked about the original once.</summary>
    private static readonly Lazy<string> s_expected =
        new(() => WithoutPath(Peer.Run(Peer.Find("crash")!, CrashCommands, "-s", Dump.Vmlinux!, Dump.Vmcore).Output));

    private readonly string _folder = Directory.CreateTempSubdirectory("vaquest-convert-").FullName;

    private static LabDump Dump => Lab.Find(Kernel, Scenario)!;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [PeerTheory(Kernel, Scenario, "crash")]
    [InlineData("kdump-compressed", "none")]
    [InlineData("kdump-compressed", "zlib")]
    [InlineData("kdump-compressed", "lzo")]
    [InlineData("kdump-compressed", "snappy")]
    [InlineData("kdump-compressed", "zstd")]
    [InlineData("elf", "none")]
    public void GivesCrashTheSameAnswers(string format, string compression)
    {
        string converted = Convert(format, compression);
        string crash = Peer.Find("crash")!;
        string expected = s_expected.Value;
        string actual = WithoutPath(Peer.Run(crash, CrashCommands, "-s", Dump.Vmlinux!, converted).Output);
        Assert.Contains("slot_store", expected, StringComparison.Ordinal);
        Assert.Equal(expected, actual);
    }

    [PeerTheory(Kernel, Scenario, "makedumpfile")]
    [InlineData("kdump-compressed", "zlib")]
    [InlineData("kdump-compressed", "lzo")]
    [InlineData("elf", "none")]
    public void GivesMakedumpfileTheSameLog(string format, string compression)
    {
        string converted = Convert(format, compression);
        string log = Path.Combine(_folder, "log");
        (int code, string output) = Peer.Run(Peer.Find("makedumpfile")!, "", "--dump-dmesg", converted, log);
        Assert.True(code == 0, output);
        string expected = Path.Combine(_folder, "expected");
        Assert.Equal(0, Peer.Run(Peer.Find("makedumpfile")!, "", "--dump-dmesg", Dump.Vmcore, expected).Code);
        Assert.Equal(File.ReadAllText(expected), File.ReadAllText(log));
    }

    /// <summary>liblzo decompresses what our compressor made: makedumpfile compresses the pages anew, and its files must be the same.</summary>
    [PeerTheory(Kernel, Scenario, "makedumpfile")]
    [InlineData("lzo")]
    [InlineData("zlib")]
    public void GivesMakedumpfileTheSamePages(string compression)
    {
        string converted = Convert("kdump-compressed", compression);
        string plain = Path.Combine(_folder, "plain");
        (int code, string output) = Peer.Run(Peer.Find("makedumpfile")!, "", "-c", "-d", "31", converted, plain);
        Assert.True(code == 0, output);
        AssertSamePages(plain);
    }

    [LabFact(Kernel, Scenario)]
    public void KeepsTheReport()
    {
        JObject expected = Report(Dump.Vmcore);
        foreach ((string format, string compression) in new[] { ("kdump-compressed", "zstd"), ("elf", "none") })
        {
            JObject actual = Report(Convert(format, compression));
            expected["dump"] = actual["dump"];
            Assert.True(JToken.DeepEquals(expected, actual), $"{format}: the report differs");
        }
    }

    [LabFact(Kernel, Scenario)]
    public void TellsWhatItWroteAsJson()
    {
        string target = Path.Combine(_folder, "json");
        CliRun run = CliRun.Of("convert", Dump.Vmcore, "--to", "kdump-compressed", "--output", target, "--compression", "lzo", "--json");
        Assert.Equal((0, ""), (run.Code, run.Error));
        JObject answer = JObject.Parse(run.Out);
        Assert.Equal(("vaquest.convert/1", "lzo", new FileInfo(target).Length), ((string?)answer["schema"], (string?)answer["compression"], (long)answer["bytes"]!));
        JObject check = JObject.Parse(CliRun.Of("verify", target, "--json").Out);
        Assert.Equal("vaquest.verify/1", (string?)check["schema"]);
        Assert.True((bool)check["sound"]!);
        Assert.Equal((long)answer["pages"]!["stored"]!, (long)check["pages"]!["present"]!);
        Assert.Equal((long)answer["pages"]!["excluded"]!, (long)check["pages"]!["excluded"]!);
    }

    [LabFact(Kernel, Scenario, "vmcore.proc")]
    public void RefusesADumpLevelItCannotDecide()
    {
        CliRun run = CliRun.Of("convert", Dump.PathOf("vmcore.proc"), "--to", "elf", "--output", Path.Combine(_folder, "x"), "-d", "31");
        Assert.Equal(1, run.Code);
        Assert.Contains("cache, private cache, user, free pages", run.ErrorLine, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [LabFact(Kernel, Scenario, "vmcore.incomplete")]
    public void RescuesAnIncompleteDump()
    {
        string target = Path.Combine(_folder, "rescued");
        CliRun run = CliRun.Of("convert", Dump.PathOf("vmcore.incomplete"), "--to", "kdump-compressed", "--output", target);
        Assert.Equal(0, run.Code);
        Assert.Contains("written as excluded", run.Out, StringComparison.Ordinal);
        Assert.Contains("could not be read", run.Error, StringComparison.Ordinal);
        CliRun check = CliRun.Of("verify", target);
        Assert.Equal((0, ""), (check.Code, check.Error));
    }

    [LabFact(Kernel, Scenario, "vmcore.incomplete")]
    public void VerifyListsWhatIsMissing()
    {
        CliRun run = CliRun.Of("verify", Dump.PathOf("vmcore.incomplete"), "--json");
        Assert.Equal(0, run.Code);
        JObject answer = JObject.Parse(run.Out);
        Assert.False((bool)answer["sound"]!);
        long listed = answer["ranges"]!.Sum(range => (long)range["pages"]!);
        Assert.Equal((long)answer["pages"]!["missing"]! + (long)answer["pages"]!["damaged"]!, listed);
        Assert.All(answer["ranges"]!, range => Assert.Equal("missing", (string?)range["state"]));
    }

    [LabFact(Kernel, Scenario)]
    public void ReadsOnBehindMissingPagesWhenToldWhatToWrite()
    {
        JObject check = JObject.Parse(CliRun.Of("info", Dump.Vmcore, "--json").Out);
        string start = (string)check["ranges"]![0]!["start"]!;
        CliRun stopped = CliRun.Of("read", Dump.Vmcore, "--phys", start, "--length", "1M");
        CliRun filled = CliRun.Of("read", Dump.Vmcore, "--phys", start, "--length", "1M", "--fill", "ff");
        Assert.Equal((1, 1), (stopped.Code, filled.Code));
        Assert.Contains("wrote ", stopped.ErrorLine, StringComparison.Ordinal);
        Assert.All(filled.Error.TrimEnd('\n').Split('\n'), line => Assert.Matches(@"^vaquest: .* at 0x[0-9a-f]+, \d+ bytes$", line));
        Assert.Equal(2, CliRun.Of("read", Dump.Vmcore, "--phys", start, "--length", "8", "--fill", "100").Code);
    }

    private static JObject Report(string dump) =>
        JObject.Parse(CliRun.Of("report", dump, "--vmlinux", Dump.Vmlinux!, "--debug", Dump.PathOf("modules"), "--json").Out);

    /// <summary>crash prints the path of the dump once.</summary>
    private static string WithoutPath(string output) => PathLine().Replace(output, "");

    private void AssertSamePages(string converted)
    {
        string expected = Path.Combine(_folder, "expected");
        Assert.Equal(0, Peer.Run(Peer.Find("makedumpfile")!, "", "-c", "-d", "31", Dump.Vmcore, expected).Code);
        Assert.True(File.ReadAllBytes(expected).AsSpan().SequenceEqual(File.ReadAllBytes(converted)), "the pages differ");
    }

    private string Convert(string format, string compression)
    {
        string target = Path.Combine(_folder, format + "." + compression);
        string[] method = format == "elf" ? [] : ["--compression", compression];
        CliRun run = CliRun.Of(["convert", Dump.Vmcore, "--to", format, "--output", target, .. method]);
        Assert.Equal((0, ""), (run.Code, run.Error));
        return target;
    }

    [GeneratedRegex(@"^ *DUMPFILE: .*\n", RegexOptions.Multiline)]
    private static partial Regex PathLine();
}
