// KnownIssueFileTests: a file of rules is read whole, or refused with the place of the mistake.
using VaQuest.Binary;
using VaQuest.Diagnosis.Findings;
using VaQuest.Lsp.KnownIssueFiles;
using Xunit;

namespace VaQuest.Lsp.Tests.Cli;

public sealed class KnownIssueFileTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void ReadsEveryCondition()
    {
        KnownIssue issue = Assert.Single(Read("""
            { "schema": "vaquest.rules/1", "rules": [ {
              "id": "ring.null-1", "title": "Ring", "text": "Update.", "link": "https://example.org/a", "severity": "error",
              "when": { "signature": "s", "signaturePrefix": "p", "kind": "bug", "function": "f", "module": "m", "message": "^BUG.*[0-9]+$",
                        "release": { "from": "5.10", "before": "6.1.20" }, "taint": "unsigned" } } ] }
            """));
        Assert.Equal(
            ("ring.null-1", "Ring", "Update.", "https://example.org/a", "error", "s", "p", "bug"),
            (issue.Id, issue.Title, issue.Text, issue.Link, issue.Severity, issue.Signature, issue.SignaturePrefix, issue.Kind));
        Assert.Equal(("f", "m", "5.10", "6.1.20", "unsigned", _file), (issue.Function, issue.Module, issue.ReleaseFrom, issue.ReleaseBefore, issue.Taint, issue.File));
        Assert.Matches(issue.Message!, "BUG: 12");
    }

    [Theory]
    [InlineData("{ \"schema\": ", "this is not JSON")]
    [InlineData("[]", "must be an object with \"schema\"")]
    [InlineData("""{ "schema": "vaquest.rules/2", "rules": [] }""", "must be an object with \"schema\"")]
    [InlineData("""{ "schema": "vaquest.rules/1" }""", "\"rules\" must be a list")]
    [InlineData("""{ "schema": "vaquest.rules/1", "rules": [1] }""", "a rule must be an object")]
    [InlineData("""{ "schema": "vaquest.rules/1", "rules": [{ "title": "t", "when": { "kind": "bug" } }] }""", "needs an \"id\"")]
    [InlineData("""{ "schema": "vaquest.rules/1", "rules": [{ "id": "A b", "title": "t", "when": { "kind": "bug" } }] }""", "small letters")]
    [InlineData("""{ "schema": "vaquest.rules/1", "rules": [{ "id": "a", "title": "t" }] }""", "needs \"when\"")]
    [InlineData("""{ "schema": "vaquest.rules/1", "rules": [{ "id": "a", "title": "t", "when": {} }] }""", "needs \"when\"")]
    [InlineData("""{ "schema": "vaquest.rules/1", "rules": [{ "id": "a", "title": "t", "when": { "kind": "explosion" } }] }""", "no kind of crash")]
    [InlineData("""{ "schema": "vaquest.rules/1", "rules": [{ "id": "a", "title": "t", "when": { "kinds": "bug" } }] }""", "\"kinds\" is not known")]
    [InlineData("""{ "schema": "vaquest.rules/1", "rules": [{ "id": "a", "title": "t", "when": { "message": "(" } }] }""", "pattern is not understood")]
    [InlineData("""{ "schema": "vaquest.rules/1", "rules": [{ "id": "a", "title": "t", "when": { "message": "(a)\\1" } }] }""", "pattern is not understood")]
    [InlineData("""{ "schema": "vaquest.rules/1", "rules": [{ "id": "a", "title": "t", "when": { "release": "6.1" } }] }""", "\"release\" must be")]
    [InlineData("""{ "schema": "vaquest.rules/1", "rules": [{ "id": "a", "title": "t", "when": { "release": { "from": "six" } } }] }""", "must be a release")]
    [InlineData("""{ "schema": "vaquest.rules/1", "rules": [{ "id": "a", "title": "t", "link": "http://example.org", "when": { "kind": "bug" } }] }""", "https://")]
    [InlineData("""{ "schema": "vaquest.rules/1", "rules": [{ "id": "a", "title": "t", "link": "command:x", "when": { "kind": "bug" } }] }""", "https://")]
    [InlineData("""{ "schema": "vaquest.rules/1", "rules": [{ "id": "a", "title": "t", "severity": "fatal", "when": { "kind": "bug" } }] }""", "severity")]
    [InlineData("""{ "schema": "vaquest.rules/1", "rules": [{ "id": "a", "title": 3, "when": { "kind": "bug" } }] }""", "must be a text")]
    public void RefusesMistakesWithTheirPlace(string text, string part)
    {
        var error = Assert.Throws<DumpFormatException>(() => Read(text));
        Assert.StartsWith(_file, error.Message, StringComparison.Ordinal);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.Contains(", line 1, column ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void SaysThatAFileIsMissing()
    {
        CliRun run = CliRun.Of("report", "/nowhere/vmcore", "--rules", "/nowhere/rules.json");
        Assert.Equal(1, run.Code);
        Assert.Contains("/nowhere/rules.json", run.Error, StringComparison.Ordinal);
    }

    private IReadOnlyList<KnownIssue> Read(string text)
    {
        File.WriteAllText(_file, text);
        return KnownIssueFile.Read(_file);
    }
}
