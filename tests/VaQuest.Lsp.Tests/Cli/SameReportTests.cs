// SameReportTests: one machine's memory, written in every format, gives the same report and the same log from each.
using Newtonsoft.Json.Linq;
using VaQuest.TestKit;
using VaQuest.TestKit.Dumps.Images;
using Xunit;

namespace VaQuest.Lsp.Tests.Cli;

/// <summary>
/// The truth is the report of the dump that makedumpfile wrote, which other tests hold against the kernel's own log. What may differ is what a
/// format cannot carry: the facts of the file, VMCOREINFO and what only it tells, registers of CPUs that it has no place for.
/// </summary>
public sealed class SameReportTests : IDisposable
{
    private static readonly Lazy<JObject> s_truth = new(() => Report(Lab.Sample()!.Vmcore));

    private readonly string _folder = Directory.CreateTempSubdirectory("vaquest-same-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string> Formats() => [.. ImageFormats.Names];

    [Theory]
    [MemberData(nameof(Formats))]
    public void GivesTheSameReport(string name)
    {
        ImageFormat format = ImageFormats.Find(name);
        string path = ImageFormats.WriteInto(_folder, MachineImage.Sample, format);
        JObject truth = s_truth.Value;
        JObject report = Report(path);
        Assert.Equal(format.Format, (string?)report["dump"]!["format"]);
        AssertSame(truth, report, "kernel");
        AssertSame(truth, report, "panic");
        AssertSame(truth, report, "findings");
        AssertSame(truth, report, "signature");
        AssertSame(Without(truth, "system", format), Without(report, "system", format), "system");
        AssertSame(truth["stacks"]![0]!, report["stacks"]![0]!, "stacks[0]");
        if (format.HasAllCpus)
        {
            AssertSame(truth, report, "stacks");
        }

        Assert.Equal(Log(Lab.Sample()!.Vmcore), Log(path));
    }

    /// <summary>The time of the crash is in VMCOREINFO alone.</summary>
    private static JToken Without(JObject report, string part, ImageFormat format)
    {
        JToken copy = report[part]!.DeepClone();
        if (!format.HasVmcoreinfo)
        {
            ((JObject)copy).Remove("crashTimeUtc");
        }

        return copy;
    }

    private static void AssertSame(JObject truth, JObject report, string part) => AssertSame(truth[part]!, report[part]!, part);

    private static void AssertSame(JToken truth, JToken report, string part) =>
        Assert.True(JToken.DeepEquals(truth, report), $"{part} differs\nexpected {truth}\nactual   {report}");

    private static JObject Report(string path)
    {
        CliRun run = CliRun.Of("report", path, "--json", "--vmlinux", Lab.Sample()!.Vmlinux!, "--debug", Path.Combine(Lab.Sample()!.Directory, "modules"));
        Assert.Equal(0, run.Code);
        return JObject.Parse(run.Out);
    }

    private static string Log(string path)
    {
        CliRun run = CliRun.Of("log", path);
        Assert.Equal(0, run.Code);
        return run.Out;
    }
}
