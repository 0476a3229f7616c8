// SourceFileTests: every source file says its job in its first line and lives where its namespace says.
using System.Text.RegularExpressions;
using Xunit;

namespace VaQuest.Repo.Tests;

public sealed partial class SourceFileTests
{
    /// <summary>The size at which a file is split; opcode and register tables may be longer.</summary>
    private const int MostLines = 600;

    [Fact]
    public void SaysItsJobInTheFirstLine()
    {
        IEnumerable<string> silent =
            from file in Repository.Files("server", ".cs").Concat(Repository.Files("tests", ".cs")).Concat(Repository.Files("client", ".ts"))
            let first = Repository.Read(file).Split('\n', 2)[0]
            where !FirstLine().IsMatch(first)
            select $"{file}: {first}";
        Assert.Empty(silent);
    }

    [Fact]
    public void LivesWhereItsNamespaceSays()
    {
        IEnumerable<string> lost =
            from file in Repository.Files("server", ".cs").Concat(Repository.Files("tests", ".cs"))
            let match = Namespace().Match(Repository.Read(file))
            where match.Success
            let folder = Path.GetDirectoryName(file)!.Replace('\\', '/')
            let expected = Regex.Replace(folder, "^[^/]+/((fuzz|bench)/)?", "").Replace('/', '.')
            where match.Groups[1].Value != expected
            select $"{file}: namespace {match.Groups[1].Value}, folder says {expected}";
        Assert.Empty(lost);
    }

    [Fact]
    public void StaysShort()
    {
        IEnumerable<string> tall =
            from file in Repository.Files("server", ".cs").Concat(Repository.Files("client", ".ts"))
            let lines = Repository.Read(file).Split('\n').Length
            where lines > MostLines
            select $"{file}: {lines} lines; split it";
        Assert.Empty(tall);
    }

    [Fact]
    public void HasNothingUnfinished()
    {
        string[] words = ["TO" + "DO", "FIX" + "ME", "HA" + "CK", "NotImplemented" + "Exception"];
        IEnumerable<string> unfinished =
            from file in Repository.Files("server", ".cs").Concat(Repository.Files("tests", ".cs", ".mjs", ".ts")).Concat(Repository.Files("client", ".ts"))
            let text = Repository.Read(file)
            from word in words
            where Regex.IsMatch(text, $@"\b{word}\b")
            select $"{file}: {word}";
        Assert.Empty(unfinished);
    }

    [GeneratedRegex(@"^// \S")]
    private static partial Regex FirstLine();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
