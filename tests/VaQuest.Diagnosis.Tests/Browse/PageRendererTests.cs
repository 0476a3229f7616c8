// PageRendererTests: pages as text: columns, what is absent, links, hostile text.
using VaQuest.Binary;
using VaQuest.Diagnosis.Browse;
using VaQuest.Diagnosis.Text;
using Xunit;

namespace VaQuest.Diagnosis.Tests.Browse;

public sealed class PageRendererTests
{
    [Fact]
    public void AlignsColumnsAndLeavesOutThoseWithoutHeading()
    {
        Table table = Rows([Cell.Of(7L), Cell.Of("hidden"), Cell.Of("sleep")], [Cell.Of(1234L), Cell.Of("hidden"), Cell.Of("sh")]);
        Assert.Equal(
            """
            Things

               PID  NAME
                 7  sleep
              1234  sh

            """,
            PageRenderer.Render(new Page("things", "Things", [table])).Text);
    }

    [Fact]
    public void WritesRecordsAsLines()
    {
        Table record = Table.Record("task", "Task", ("pid", "PID", Cell.Of(7L)), ("raw", "", Cell.Hex(1)), ("root", "root directory", Cell.Absent("page excluded from the dump")));
        Assert.Equal(
            """
            Task 7

            Task
              PID             7
              root directory  (page excluded from the dump)

            """,
            PageRenderer.Render(new Page("task", "Task 7", [record])).Text);
    }

    [Fact]
    public void TellsOnceWhyValuesOfATableAreMissing()
    {
        Table table = Rows(
            [Cell.Absent("page excluded from the dump at 0x1000"), Cell.Of(""), Cell.Of("a")],
            [Cell.Absent("page excluded from the dump at 0x2000"), Cell.Of(""), Cell.Absent("nobody")]);
        string text = PageRenderer.Render(new Page("things", "Things", [table])).Text;
        Assert.Equal(
            """
            Things

              PID  NAME
                ?  a
                ?  (nobody)
              ? page excluded from the dump (2 values)

            """,
            text);
    }

    [Fact]
    public void NumbersReasonsWhenThereAreSeveral()
    {
        Table table = Rows([Cell.Absent("this kernel has no such member"), Cell.Of(""), Cell.Absent("page excluded from the dump")]);
        string text = PageRenderer.Render(new Page("things", "Things", [table])).Text;
        Assert.Contains("?1  ?2", text, StringComparison.Ordinal);
        Assert.Contains("  ?2 page excluded from the dump\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void SaysWhenThereAreNoRowsAndWhy()
    {
        Table table = Rows() with { Notes = ["the list at 0x10 breaks\u001b[2J"] };
        string text = PageRenderer.Render(new Page("things", "Things", [table])).Text;
        Assert.Contains("  none\n  note: the list at 0x10 breaks\\x1b[2J\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void MakesSpansOfCellsThatLeadSomewhere()
    {
        Table table = Rows([Cell.Task("ba\u001bsh", 7, new VirtAddr(0x5000)), Cell.Of(""), Cell.List([Cell.Of("a"), Cell.Link("b", "mounts")])]);
        AnnotatedText text = PageRenderer.Render(new Page("things", "Things", [table]));
        TextSpan task = text.Spans.Single(span => span.Kind == SpanKind.Task);
        Assert.Equal(("ba\\x1bsh", "task/7"), (text.Text.Substring(task.Start, task.Length), task.Target!.Page));
        TextSpan link = text.Spans.Single(span => span.Target?.Page == "mounts");
        Assert.Equal("b", text.Text.Substring(link.Start, link.Length));
        Assert.Contains("a, b\n", text.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void IndentsTrees()
    {
        Table table = Rows([Cell.Of(1L), Cell.Of(""), Cell.Of("init")], [Cell.Of(2L), Cell.Of(""), Cell.Of("sh").Indented(2)]);
        Assert.Contains("    1  init\n    2    sh\n", PageRenderer.Render(new Page("things", "Things", [table])).Text, StringComparison.Ordinal);
    }

    private static Table Rows(params Cell[][] rows) =>
        new("things", "Things", [new("pid", "PID", true), new("hidden", ""), new("name", "NAME")], rows);
}
