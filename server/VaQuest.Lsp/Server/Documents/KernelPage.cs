// KernelPage: the address of a generated document about one part of the kernel.
using VaQuest.Diagnosis.Text;

namespace VaQuest.Lsp.Server.Documents;

/// <summary>The name says all that is needed to make the document again: <c>page/mounts.crash</c>, <c>page/task/77.crash</c>.</summary>
internal static class KernelPage
{
    private const string Folder = "page/";
    private const string Suffix = ".crash";

    /// <summary>Characters of an argument; an address has eighteen, a path of the dump at most this.</summary>
    private const int MaxArgument = 300;

    /// <summary>The name of the document behind a span, or null when the span leads to no page.</summary>
    public static string? NameOf(SpanTarget? target) =>
        target?.Page is { Length: > 0 and <= MaxArgument } page ? Folder + page + Suffix : null;

    /// <summary>Page and argument of a document, or null when the name is not one of a page.</summary>
    public static (string Page, string? Argument)? Parse(string name)
    {
        if (!name.StartsWith(Folder, StringComparison.Ordinal) || !name.EndsWith(Suffix, StringComparison.Ordinal)
            || name.Length <= Folder.Length + Suffix.Length || name.Length > Folder.Length + MaxArgument + Suffix.Length)
        {
            return null;
        }

        string inner = name[Folder.Length..^Suffix.Length];
        int slash = inner.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? (inner, null) : (inner[..slash], inner[(slash + 1)..]);
    }
}
