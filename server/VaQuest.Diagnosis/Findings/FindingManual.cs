// FindingManual: the documentation of the rules, made from the rules.
using System.Text;
using VaQuest.Diagnosis.Text;

namespace VaQuest.Diagnosis.Findings;

/// <summary>Writes docs/findings.md and the page of one rule, as Markdown.</summary>
public static class FindingManual
{
    private const int Width = 110;

    private const string Head = """
        # Findings

        What `vaquest report` and the editor list under "Findings". Each rule is one file in `server/VaQuest.Diagnosis/Findings`; this page is
        made from those files, and a test keeps it in step (`VAQUEST_UPDATE=1` writes it again). A rule stays silent rather than guess.

        | severity | means |
        |---|---|
        | error | the kernel, its memory or the machine was broken before the crash |
        | warning | something went wrong that may have to do with the crash, or that makes parts of the report less certain |
        | note | a circumstance to keep in mind while looking for the cause |
        | information | background that healthy machines have as well |

        The severity of a rule is the most serious that it gives. Rules look at the log before the crash only: what comes later is its echo.
        """;

    /// <summary>The whole manual.</summary>
    public static string Render()
    {
        var text = new StringBuilder(Head).Append('\n');
        foreach (FindingRule rule in FindingRules.All)
        {
            text.Append('\n');
            Write(text, rule, "##");
        }

        return text.ToString();
    }

    /// <summary>The page of one rule, or null when there is no rule of that name.</summary>
    public static string? FindPage(string id)
    {
        if (FindingRules.All.FirstOrDefault(candidate => candidate.Id == id) is not { } rule)
        {
            return null;
        }

        var text = new StringBuilder();
        Write(text, rule, "#");
        return text.ToString();
    }

    private static void Write(StringBuilder text, FindingRule rule, string mark)
    {
        text.Append(mark).Append(' ').Append(rule.Id).Append("\n\n");
        Paragraph(text, $"**{rule.Title}** ({rule.Severity}). {rule.Meaning}");
        text.Append('\n');
        Paragraph(text, $"*Rests on:* {rule.Evidence}");
        text.Append('\n');
        Paragraph(text, $"*What to do:* {rule.Advice}");
    }

    private static void Paragraph(StringBuilder text, string sentences)
    {
        foreach (string line in LineWrap.Wrap(sentences, Width))
        {
            text.Append(line).Append('\n');
        }
    }
}
