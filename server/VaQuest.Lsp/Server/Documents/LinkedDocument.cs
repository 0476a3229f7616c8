// LinkedDocument: the generated document that a span leads to.
using VaQuest.Diagnosis.Text;

namespace VaQuest.Lsp.Server.Documents;

/// <summary>Pages about parts of the kernel, objects, and rules of findings.</summary>
internal static class LinkedDocument
{
    /// <summary>The document's name, or null when the span leads to none.</summary>
    public static string? NameOf(SpanTarget? target) =>
        KernelPage.NameOf(target) ?? ObjectPage.NameOf(target) ?? RulePage.NameOf(target?.Rule);
}
