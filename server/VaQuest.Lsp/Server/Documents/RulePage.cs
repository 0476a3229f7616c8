// RulePage: the page of a rule of the findings.
using VaQuest.Diagnosis.Findings;
using VaQuest.Diagnosis.Text;

namespace VaQuest.Lsp.Server.Documents;

/// <summary>The document <c>…/rules/&lt;rule&gt;.md</c>: what the rule's finding means and what to do. The same text is in docs/findings.md.</summary>
internal static class RulePage
{
    private const string Folder = "rules/";
    private const string Extension = ".md";

    /// <summary>The document's name, or null when there is no rule of that name.</summary>
    public static string? NameOf(string? rule) => rule is not null && FindingManual.FindPage(rule) is not null ? Folder + rule + Extension : null;

    /// <summary>The document of a name, or null when it is none of a rule.</summary>
    public static AnnotatedText? Find(string name) =>
        name.StartsWith(Folder, StringComparison.Ordinal) && name.EndsWith(Extension, StringComparison.Ordinal) && name.Length > Folder.Length + Extension.Length
        && FindingManual.FindPage(name[Folder.Length..^Extension.Length]) is { } text
            ? new AnnotatedText(text, [], [])
            : null;
}
