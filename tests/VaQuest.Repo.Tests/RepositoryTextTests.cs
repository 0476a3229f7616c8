// RepositoryTextTests: the repository speaks of the project alone, and its documents are true.
using System.Text.RegularExpressions;
using Newtonsoft.Json.Linq;
using Xunit;

namespace VaQuest.Repo.Tests;

public sealed partial class RepositoryTextTests
{
    private static readonly string[] s_textExtensions =
        [".cs", ".ts", ".mjs", ".js", ".json", ".md", ".sh", ".csproj", ".props", ".sln", ".c", ".h", ".yml", ".yaml", ".txt", ".lua", ".el", ".config", ""];

    /// <summary>Machine paths and registry hosts have no place in the repository; the patterns are split so as not to find themselves.</summary>
    [Fact]
    public void NamesNoMachineAndNoRegistry()
    {
        string[] patterns = ["/wo" + @"rk/(main|wt|shared)\b", "/ro" + @"ot/\.", @"deb\.debian" + @"\.org", @"registry\.npm" + @"js", @"api\.nuget" + @"\.org"];
        IEnumerable<string> offenders =
            from file in Repository.Files(".", s_textExtensions)
            where Path.GetFileName(file) != "vmcore"
            let text = Repository.Read(file)
            from pattern in patterns
            let match = Regex.Match(text, pattern)
            where match.Success
            select $"{file}: {match.Value}";
        Assert.Empty(offenders);
    }

    [Fact]
    public void HasTheDocumentsAProjectNeeds()
    {
        string[] documents = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "LICENSE"];
        Assert.Empty(documents.Where(document => !File.Exists(Path.Combine(Repository.Root, document))));
        Assert.Contains("ARCHITECTURE.md", string.Join('\n', Repository.Read("README.md").Split('\n').Take(10)), StringComparison.Ordinal);
        Assert.Contains("MIT License", Repository.Read("LICENSE"), StringComparison.Ordinal);
    }

    [Fact]
    public void NamesOnlyProjectsAndTypesThatExist()
    {
        var declared = new HashSet<string>(
            from file in Repository.Files("server", ".cs").Concat(Repository.Files("tests", ".cs"))
            from Match match in Declaration().Matches(Repository.Read(file))
            select match.Groups[1].Value);
        declared.UnionWith(Repository.Files("server", ".csproj").Concat(Repository.Files("tests", ".csproj")).Select(file => Path.GetFileNameWithoutExtension(file)!));
        IEnumerable<string> unknown =
            from document in (string[])["ARCHITECTURE.md", "CONTRIBUTING.md"]
            from Match match in NamedType().Matches(Repository.Read(document))
            let name = match.Groups[1].Value
            where !declared.Contains(name)
            select $"{document}: {name}";
        Assert.Empty(unknown);
    }

    [Fact]
    public void PinsEveryPackageExactly()
    {
        JObject package = JObject.Parse(Repository.Read("package.json"));
        IEnumerable<string> loose =
            from list in (string[])["dependencies", "devDependencies"]
            from JProperty property in package[list] ?? new JObject()
            where !ExactVersion().IsMatch(property.Value.ToString())
            select $"{property.Name} {property.Value}";
        Assert.Empty(loose);
        Assert.Empty(FloatingVersion().Matches(Repository.Read("Directory.Packages.props")).Select(match => match.Value));
    }

    [Fact]
    public void LinksOnlyToFilesThatExist()
    {
        IEnumerable<string> broken =
            from file in Repository.Files(".", ".md")
            from Match match in Link().Matches(Repository.Read(file))
            let target = match.Groups[1].Value
            where !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith('#')
            let path = Path.Combine(Repository.Root, Path.GetDirectoryName(file)!, target.Split('#')[0])
            where !File.Exists(path) && !Directory.Exists(path)
            select $"{file}: {target}";
        Assert.Empty(broken);
    }

    [GeneratedRegex(@"\b(?:class|struct|record|interface|enum|delegate \w+) (?:struct |class )?(\w+)")]
    private static partial Regex Declaration();

    /// <summary>A name in backticks with two or more capitals, or one of the projects.</summary>
    [GeneratedRegex(@"`((?:VaQuest\.[A-Z][A-Za-z.]+)|(?:[A-Z][a-z0-9]+){2,})`")]
    private static partial Regex NamedType();

    [GeneratedRegex(@"^\d+\.\d+\.\d+$")]
    private static partial Regex ExactVersion();

    [GeneratedRegex(@"Version=""[^""]*[*\[\(][^""]*""")]
    private static partial Regex FloatingVersion();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
