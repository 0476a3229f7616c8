// KnownIssueTests: a known issue matches when all its conditions hold, and comes first.
using System.Text.RegularExpressions;
using VaQuest.Diagnosis.Findings;
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Tests.Reports;
using Xunit;

namespace VaQuest.Diagnosis.Tests.Findings;

public sealed class KnownIssueTests
{
    private const string Signature = "null-pointer-dereference: widget:widget_store < vfs_write < do_syscall_64";

    private static readonly KnownIssue s_issue = new() { Id = "widget-1", Title = "Widget store", Text = "Fixed in 2.1.", Link = "https://example.org/1", File = "/rules.json" };

    public static TheoryData<KnownIssue, bool> Conditions => new()
    {
        { s_issue with { Signature = Signature }, true },
        { s_issue with { Signature = Signature + " < x" }, false },
        { s_issue with { SignaturePrefix = "null-pointer-dereference: widget:" }, true },
        { s_issue with { SignaturePrefix = "page-fault" }, false },
        { s_issue with { Kind = "null-pointer-dereference" }, true },
        { s_issue with { Kind = "bug" }, false },
        { s_issue with { Function = "vfs_write" }, true },
        { s_issue with { Function = "slot_of" }, true },
        { s_issue with { Function = "vfs_read" }, false },
        { s_issue with { Module = "widget" }, true },
        { s_issue with { Module = "gadget" }, false },
        { s_issue with { Message = Pattern("NULL pointer .*0018$") }, true },
        { s_issue with { Message = Pattern("^NULL") }, false },
        { s_issue with { ReleaseFrom = "6.1" }, true },
        { s_issue with { ReleaseFrom = "6.1.1" }, false },
        { s_issue with { ReleaseBefore = "6.1.0" }, false },
        { s_issue with { ReleaseFrom = "5.10", ReleaseBefore = "6.2" }, true },
        { s_issue with { Taint = "unsigned" }, true },
        { s_issue with { Taint = "proprietary" }, false },
        { s_issue with { Module = "widget", Kind = "bug" }, false },
    };

    [Theory]
    [MemberData(nameof(Conditions))]
    public void MatchesWhenEveryConditionHolds(KnownIssue issue, bool matches)
    {
        Finding first = ReportBuilder.Build(FakeCrash.Material() with { KnownIssues = [issue] }).Findings[0];
        Assert.Equal(matches, first.Rule == "known-issue/widget-1");
    }

    [Fact]
    public void ComesFirstAndSaysWhy()
    {
        KnownIssue issue = s_issue with { Module = "widget", ReleaseBefore = "6.2", Severity = FindingSeverity.Information };
        Finding first = ReportBuilder.Build(FakeCrash.Material() with { KnownIssues = [issue] }).Findings[0];
        Assert.Equal(("Known issue: Widget store", "Fixed in 2.1.", "https://example.org/1"), (first.Title, first.Text, first.Link));
        Assert.Equal(["module widget in the panic stack", "release 6.1.0-49-cloud-amd64", "rule of /rules.json"], first.Evidence.Select(evidence => evidence.Text));
    }

    [Theory]
    [InlineData("6.1.0-57-cloud-amd64", "6.1", 0)]
    [InlineData("6.1.20", "6.1.3", 1)]
    [InlineData("5.10.0", "6.1", -1)]
    [InlineData("4.18.0-553.el8", "4.18.1", -1)]
    public void OrdersReleasesByTheirNumbers(string left, string right, int order) => Assert.Equal(order, Math.Sign(ReleaseOrder.Compare(left, right)));

    private static Regex Pattern(string text) => new(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(100));
}
