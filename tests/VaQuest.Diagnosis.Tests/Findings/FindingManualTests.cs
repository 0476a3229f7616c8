// FindingManualTests: the manual of the findings is made from the rules and in step with them.
using VaQuest.Diagnosis.Findings;
using VaQuest.Diagnosis.Reports;
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.Diagnosis.Tests.Findings;

public sealed class FindingManualTests
{
    [Fact]
    public void KeepsTheManualInStep()
    {
        string path = Path.Combine(Lab.RepositoryRoot, "docs", "findings.md");
        if (Environment.GetEnvironmentVariable("VAQUEST_UPDATE") == "1")
        {
            File.WriteAllText(path, FindingManual.Render());
        }

        Assert.Equal(FindingManual.Render(), File.ReadAllText(path));
    }

    [Fact]
    public void NamesEachRuleOnceAndDocumentsIt()
    {
        Assert.Equal(FindingRules.All.Count, FindingRules.All.Select(rule => rule.Id).Distinct().Count());
        Assert.All(FindingRules.All, rule =>
        {
            Assert.Matches("^[a-z]+(-[a-z]+)*$", rule.Id);
            Assert.InRange(FindingSeverity.Rank(rule.Severity), 0, 3);
            Assert.EndsWith(".", rule.Meaning, StringComparison.Ordinal);
            Assert.EndsWith(".", rule.Evidence, StringComparison.Ordinal);
            Assert.EndsWith(".", rule.Advice, StringComparison.Ordinal);
            Assert.StartsWith($"# {rule.Id}\n", FindingManual.FindPage(rule.Id), StringComparison.Ordinal);
        });
        Assert.Null(FindingManual.FindPage("no-such-rule"));
    }

    [Fact]
    public void HasAPageForEveryKindOfCrash() => Assert.Equal(
        Enum.GetValues<PanicKind>().Select(PanicKinds.NameOf).Order(), CrashKinds.All.Select(kind => kind.Id).Order());

    [Fact]
    public void ListsEveryRuleThatHasAFile()
    {
        string folder = Path.Combine(Lab.RepositoryRoot, "server", "VaQuest.Diagnosis", "Findings");
        string[] written = [.. Directory.EnumerateFiles(folder, "*.cs")
            .Where(file => File.ReadAllText(file).Contains("public static readonly FindingRule Rule", StringComparison.Ordinal))
            .Select(file => Path.GetFileNameWithoutExtension(file)!)];
        string list = File.ReadAllText(Path.Combine(folder, "FindingRules.cs"));
        Assert.Equal(FindingRules.All.Count, written.Length);
        Assert.All(written, name => Assert.Contains($"        {name}.Rule,\n", list, StringComparison.Ordinal));
    }
}
