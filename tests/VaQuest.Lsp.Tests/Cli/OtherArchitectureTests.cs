// OtherArchitectureTests: dumps of architectures that are not understood yet still open, and say what is missing.
using VaQuest.Lsp.Cli;
using VaQuest.TestKit.Dumps;
using Xunit;

namespace VaQuest.Lsp.Tests.Cli;

public sealed class OtherArchitectureTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData("aarch64", 183, 392, false)]
    [InlineData("ppc64le", 21, 504, false)]
    [InlineData("ppc64", 21, 504, true)]
    [InlineData("s390x", 22, 336, true)]
    [InlineData("riscv64", 243, 376, false)]
    [InlineData("loongarch64", 258, 480, false)]
    public void OpensForInfoReadAndReport(string architecture, ushort machine, int noteBytes, bool isBigEndian)
    {
        byte[] page = PageContents.Make(1);
        NoteWriter notes = new NoteWriter(isBigEndian).AddPrStatus64(1, noteBytes, 1, 2, 3).AddVmcoreinfo();
        File.WriteAllBytes(_path, new ElfVmcoreWriter { Machine = machine, IsBigEndian = isBigEndian }.Notes(notes).Segment(0x1000, page).ToArray());

        CliRun info = CliRun.Of("info", _path);
        Assert.Equal(ExitCode.Answered, info.Code);
        Assert.Contains(architecture, info.Out);
        CliRun report = CliRun.Of("report", _path);
        Assert.Equal(ExitCode.Answered, report.Code);
        Assert.Contains($"{architecture} is not supported yet", report.Out.ReplaceLineEndings(" ").Replace("  ", "", StringComparison.Ordinal));
        Assert.Contains("6.1.0-test", report.Out);
        Assert.Equal(ExitCode.Answered, CliRun.Of("read", _path, "--phys", "1000", "--length", "4096").Code);
        CliRun log = CliRun.Of("log", _path);
        Assert.Equal(ExitCode.CouldNotAnswer, log.Code);
        Assert.Contains($"kernel memory of {architecture} cannot be read yet", log.Error);
    }
}
