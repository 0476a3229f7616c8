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
        List<Evidence> conclusions = [.. panic.Evidence.Where(evidence => evidence.Degree is not null)];
        if (conclusions.Count == 0)
        {
            return;
        }

        int start = text.Line;
        text.Write(Title, SpanKind.Heading).EndLine();
        string before = "";
        foreach (Evidence conclusion in conclusions)
        {
            string label = CertaintyNames.LabelOf(conclusion.Degree!);
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

        text.AddSection(Title, panic.Fault is { } fault ? CertaintyNames.LabelOf(fault.Certainty) : CertaintyNames.LabelOf(conclusions[0].Degree!), SectionKind.Panic, start, 0);
        text.WriteLine();
    }
}
