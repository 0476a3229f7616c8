// EvidenceRenderer: what the explanation of a crash rests on, as a section of the report.
using VaQuest.Diagnosis.Explain.Fault;
using VaQuest.Diagnosis.Reports;

namespace VaQuest.Diagnosis.Text;

/// <summary>Renders conclusions by their degree of certainty.</summary>
internal static class EvidenceRenderer
{
    private const string Title = "Evidence";
    private const int ValueColumn = 18;

    public static void Render(AnnotatedTextBuilder text, PanicFacts panic)
    {
        if (panic.Fault is not { Conclusions.Count: > 0 } fault)
        {
            return;
        }

        int start = text.Line;
        text.Write(Title, SpanKind.Heading).EndLine();
        string before = "";
        foreach (Conclusion conclusion in fault.Conclusions)
        {
            string label = CertaintyNames.LabelOf(conclusion.Certainty);
            bool isFirst = true;
            string place = conclusion is { File: { } file, Line: { } line } ? FormattableString.Invariant($" [{file}:{line}]") : "";
            foreach (string part in LineWrap.Wrap(conclusion.Text + place, LineWrap.Width - ValueColumn))
            {
                text.Write("  ");
                if (isFirst && label != before)
                {
                    text.Write(label, SpanKind.Label);
                }

                text.Pad(ValueColumn, 0).Write(part).EndLine();
                isFirst = false;
            }

            before = label;
        }

        text.AddSection(Title, CertaintyNames.LabelOf(fault.Certainty), SectionKind.Panic, start, 0);
        text.WriteLine();
    }
}
