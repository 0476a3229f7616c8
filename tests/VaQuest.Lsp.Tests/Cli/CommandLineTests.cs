// CommandLineTests: arguments, help, and files that are no dumps: each one clear line and the right exit code.
using Xunit;

namespace VaQuest.Lsp.Tests.Cli;

public sealed class CommandLineTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("vaquest-cli-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData]
    [InlineData("frobnicate")]
    [InlineData("report")]
    [InlineData("report", "a", "b")]
    [InlineData("report", "a", "--frob")]
    [InlineData("bt", "a", "--cpu", "x")]
    [InlineData("report", "a", "--vmlinux", "v", "--no-debuginfo")]
    [InlineData("report", "a", "--source-map", "nonsense")]
    [InlineData("read", "a", "--length", "8")]
    [InlineData("read", "a", "--phys", "0x10")]
    [InlineData("read", "a", "--phys", "zz", "--length", "8")]
    [InlineData("read", "a", "--phys", "0x10", "--virt", "0x10", "--length", "8")]
    [InlineData("read", "a", "--phys", "0x10", "--length", "-8")]
    [InlineData("read", "a", "--phys", "0x10", "--length", "8", "--fill", "xyz")]
    [InlineData("verify")]
    [InlineData("convert", "a", "--output", "b")]
    [InlineData("convert", "a", "--to", "elf")]
    [InlineData("convert", "a", "--to", "zip", "--output", "b")]
    [InlineData("convert", "a", "--to", "elf", "--output", "b", "--compression", "zlib")]
    [InlineData("convert", "a", "--to", "kdump-compressed", "--output", "b", "--compression", "rar")]
    [InlineData("convert", "a", "--to", "elf", "--output", "b", "-d", "32")]
    [InlineData("symbolize", "0x10")]
    [InlineData("decode")]
    [InlineData("report", "a", "--hide-names")]
    [InlineData("report", "a", "--mail", "--json")]
    [InlineData("bt", "a", "--group")]
    public void RefusesWrongUseWithOneLine(params string[] args)
    {
        CliRun run = CliRun.Of(args);
        Assert.Equal(2, run.Code);
        Assert.NotEmpty(run.ErrorLine);
        Assert.Empty(run.Out);
    }

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("reprot", "dump")]
    [InlineData("--json", "frobnicate")]
    [InlineData]
    public void NamesAnUnknownVerbAndThoseThatExist(params string[] args)
    {
        CliRun run = CliRun.Of(args);
        Assert.Equal(2, run.Code);
        Assert.Contains(args.Length == 0 ? "say what to do: " : $"there is no verb \"{args.First(arg => arg[0] != '-')}\"", run.ErrorLine, StringComparison.Ordinal);
        Assert.Contains("report, bt, log, ", run.ErrorLine, StringComparison.Ordinal);
        Assert.Contains(", lsp; see vaquest --help", run.ErrorLine, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("report")]
    [InlineData("bt")]
    [InlineData("log")]
    [InlineData("ps")]
    [InlineData("mods")]
    [InlineData("info")]
    [InlineData("read")]
    [InlineData("verify")]
    [InlineData("convert")]
    [InlineData("symbolize")]
    [InlineData("decode")]
    [InlineData("lsp")]
    public void HelpsWithEveryVerb(string verb)
    {
        CliRun run = CliRun.Of(verb, "--help");
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains("Usage:", run.Out, StringComparison.Ordinal);
        Assert.Contains(verb, CliRun.Of("--help").Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("report")]
    [InlineData("bt")]
    [InlineData("log")]
    [InlineData("ps")]
    [InlineData("mods")]
    [InlineData("info")]
    [InlineData("verify")]
    public void SaysInOneLineWhyAFileIsNoDump(string verb)
    {
        string empty = Write("empty", []);
        string text = Write("text", "This is not a dump, only words.\n"u8.ToArray());
        foreach (string path in new[] { empty, text, _directory, Path.Combine(_directory, "absent") })
        {
            CliRun run = CliRun.Of(verb, path);
            Assert.Equal(1, run.Code);
            Assert.Contains(path, run.ErrorLine, StringComparison.Ordinal);
            Assert.Empty(run.Out);
        }
    }

    [Fact]
    public void KeepsControlBytesOfAPathOutOfTheTerminal()
    {
        CliRun run = CliRun.Of("report", Path.Combine(_directory, "x\u001b[31m\ny"));
        Assert.Equal(1, run.Code);
        Assert.DoesNotContain('\u001b', run.ErrorLine);
    }

    [Fact]
    public void SaysInOneLineWhyAFileIsNoVmlinux()
    {
        string text = Write("vmlinux", "not an ELF file at all\n"u8.ToArray());
        CliRun run = CliRun.Of("symbolize", "--vmlinux", text, "0x10");
        Assert.Equal(1, run.Code);
        Assert.Contains(text, run.ErrorLine, StringComparison.Ordinal);
    }

    private string Write(string name, byte[] bytes)
    {
        string path = Path.Combine(_directory, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
