// ReportRendererGoldenTests: the report of a made-up crash, word for word. Checked by eye against FakeCrash.
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Tests.Reports;
using VaQuest.Diagnosis.Text;
using Xunit;

namespace VaQuest.Diagnosis.Tests.Text;

public sealed class ReportRendererGoldenTests
{
    [Fact]
    public void RendersTheWholeReport()
    {
        string golden = Path.Combine(TestKit.Lab.RepositoryRoot, "tests", "VaQuest.Diagnosis.Tests", "Text", "report.golden.txt");
        string text = ReportRenderer.Render(ReportBuilder.Build(FakeCrash.Material())).Text;
        if (Environment.GetEnvironmentVariable("VAQUEST_UPDATE") == "1")
        {
            File.WriteAllText(golden, text);
        }

        Assert.Equal(File.ReadAllText(golden), text);
    }

    [Fact]
    public void MakesEachFrameASpanThatKnowsItsPlace()
    {
        AnnotatedText text = ReportRenderer.Render(ReportBuilder.Build(FakeCrash.Material()));
        TextSpan frame = text.Spans.First(span => span.Kind == SpanKind.Frame && span.Target!.Symbol == "vfs_write");
        Assert.Equal(582, frame.Target!.Source!.Line);
        Assert.True(frame.Target.IsReturnAddress);
        Assert.Equal(4, frame.Target.FrameIndex);
        string line = text.Text.Substring(frame.Start, frame.Length);
        int function = frame.Start + line.IndexOf("vfs_write", StringComparison.Ordinal) + 2;
        Assert.Equal(SpanKind.Function, text.SpansAt(function)[0].Kind);
        Assert.Contains(text.SpansAt(frame.End), span => span.Kind == SpanKind.Frame);
    }

    [Fact]
    public void TitlesTheSectionsOfTheOutline()
    {
        AnnotatedText text = ReportRenderer.Render(ReportBuilder.Build(FakeCrash.Material()));
        Assert.Equal(
            ["Panic", "System", "CPU 1: PID 77 sh (panic)", "CPU 0: PID 0 swapper/0 (idle)", "Modules", "Log around the crash", "Findings", "Coverage"],
            text.Sections.Where(section => section.Level == 0).Select(section => section.Title));
        Assert.All(text.Sections, section => Assert.InRange(section.EndLine, section.StartLine, text.LineCount));
    }

    [Fact]
    public void KeepsSpansInsideTheTextAndApart()
    {
        AnnotatedText text = ReportRenderer.Render(ReportBuilder.Build(FakeCrash.Material()));
        int end = 0;
        foreach (TextSpan span in text.Spans.Where(span => span.Kind != SpanKind.Frame))
        {
            Assert.True(span.Start >= end, $"spans overlap at {span.Start}");
            Assert.InRange(span.End, span.Start + 1, text.Text.Length);
            end = span.End;
        }
    }
}
