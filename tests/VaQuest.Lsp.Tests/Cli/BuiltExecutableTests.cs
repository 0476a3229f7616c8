// BuiltExecutableTests: the executable that users get answers what the code under test answers, byte for byte.
using System.Diagnostics;
using System.Text;
using VaQuest.Diagnosis.Browse;
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.Lsp.Tests.Cli;

/// <summary>The native executable is compiled without what nothing seems to use; this shows that all of it that a user can reach is there.</summary>
public sealed class BuiltExecutableTests
{
    private static readonly string[] s_commands =
    [
        "report", "report --json", "report --no-debuginfo", "report --mail", "bt --all", "bt --all --json", "bt --locals", "log", "log --json", "ps --json",
        "mods --json", "info", "info --json", "verify --json", "waits --json", "whatis 0xffffffff81000000 --json", "search 0xffffffff81000000",
        "dis 0xffffffff81000000", "read --virt 0xffffffff81000000 --length 64", "print init_task", "print init_task --json", "--help", "report --help",
    ];

    public static TheoryData<string> Commands() => [.. s_commands, .. KernelPages.All.Select(page => page.Name), .. KernelPages.All.Select(page => page.Name + " --json")];

    [BuiltServerTheory]
    [MemberData(nameof(Commands))]
    public async Task AnswersLikeTheCodeUnderTest(string command)
    {
        string[] words = command.Split(' ');
        LabDump sample = Lab.Sample()!;
        string[] arguments = command.EndsWith("--help", StringComparison.Ordinal) ? words : [words[0], sample.Vmcore, .. words[1..]];
        CliRun expected = CliRun.Of(arguments);

        using Process process = Process.Start(new ProcessStartInfo(BuiltServerTheoryAttribute.Path!, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        })!;
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string answer = await process.StandardOutput.ReadToEndAsync();
        Assert.Equal(expected.Error, await errors);
        // Help names the running program, which is the test host here.
        Assert.Equal(command.EndsWith("--help", StringComparison.Ordinal) ? expected.Out.Replace("testhost", "vaquest", StringComparison.Ordinal) : expected.Out, answer);
        await process.WaitForExitAsync();
        Assert.Equal(expected.Code, process.ExitCode);
    }
}
