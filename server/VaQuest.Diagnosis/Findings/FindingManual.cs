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

    private const string Tail = """

        ## known issues

        Crashes that you know already can be rules of your own: JSON files named with `--rules FILE` or in `vaquest.ruleFiles`. An issue whose
        conditions all hold is the first finding, named `known-issue/` and its id, with its text and link.

        ```json
        {
          "schema": "vaquest.rules/1",
          "rules": [
            {
              "id": "ring-null-slot",
              "title": "Slots of a closed ring",
              "text": "Fixed in version 2.1 of the driver.",
              "link": "https://example.org/issues/7",
              "severity": "warning",
              "when": {
                "signaturePrefix": "null-pointer-dereference: ring:slot_store",
                "release": { "from": "5.10", "before": "6.1.20" }
              }
            }
          ]
        }
        ```

        | condition | holds when |
        |---|---|
        | `signature`, `signaturePrefix` | the report's signature is this, or begins with it |
        | `kind` | the crash is of this kind, as in `panic.kind` |
        | `function` | the function is anywhere in the panic stack, whatever suffix the compiler gave it |
        | `module` | a frame of the panic stack is in the module |
        | `message` | the pattern matches the panic's message or the "Kernel panic" line (a .NET regular expression without back-references and look-around) |
        | `release` | the kernel's release is not before `from` and before `before`; only the numbers count |
        | `taint` | the taint flag is set, named as in the report |

        `text`, `link` (https only) and `severity` (a warning unless set) may be absent. A file with a mistake is not used at all: the command line
        stops with its line and column, the editor's report has them as a warning.

        ## Not checked

        Pages of the page cache that something pins, leaks that no detector reported, and code of modules: what the dump holds proves none of them cheaply.

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

        text.Append("\n## kinds of crash\n");
        foreach (CrashKind kind in CrashKinds.All)
        {
            text.Append("\n### ").Append(kind.Id).Append("\n\n");
            Write(text, kind);
        }

        return text.Append(Tail).ToString();
    }

    /// <summary>The page of one rule or kind of crash, or null when there is none of that name.</summary>
    public static string? FindPage(string id)
    {
        if (CrashKinds.All.FirstOrDefault(candidate => candidate.Id == id) is { } kind)
        {
            var page = new StringBuilder().Append("# ").Append(kind.Id).Append("\n\n");
            Write(page, kind);
            return page.ToString();
        }

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

    private static void Write(StringBuilder text, CrashKind kind)
    {
        Paragraph(text, kind.Meaning);
        text.Append('\n');
        Paragraph(text, $"*Where to look:* {kind.Advice}");
    }

    private static void Paragraph(StringBuilder text, string sentences)
    {
        foreach (string line in LineWrap.Wrap(sentences, Width))
        {
            text.Append(line).Append('\n');
        }
    }
}
