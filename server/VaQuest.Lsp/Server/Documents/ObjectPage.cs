// ObjectPage: the address of a generated document that shows one object of the crashed kernel.
using System.Globalization;
using VaQuest.Binary;
using VaQuest.Diagnosis.Text;

namespace VaQuest.Lsp.Server.Documents;

/// <summary>The name says all that is needed to make the document again: <c>object/TYPE 0xADDRESS.crash</c>, which is also what a tab shows.</summary>
internal static class ObjectPage
{
    private const string Folder = "object/";
    private const string Separator = " 0x";
    private const string Suffix = ".crash";

    /// <summary>Characters of a type's name; the longest of a kernel has about sixty.</summary>
    private const int MaxType = 200;

    /// <summary>Pages below this are never mapped in a kernel: such a pointer is NULL or NULL plus a member's offset.</summary>
    private const ulong FirstAddress = 4096;

    /// <summary>The name of the document behind a span, or null when the span is no pointer to an object.</summary>
    public static string? NameOf(SpanTarget? target) =>
        target is { ObjectType: { Length: > 0 and <= MaxType } type, Address: { Value: >= FirstAddress } address } && IsPlain(type)
            ? $"{Folder}{type}{Separator}{address.Value:x16}{Suffix}"
            : null;

    /// <summary>Type and address of a document, or null when the name is not one of an object's.</summary>
    public static (string Type, VirtAddr Address)? Parse(string name)
    {
        if (!name.StartsWith(Folder, StringComparison.Ordinal) || !name.EndsWith(Suffix, StringComparison.Ordinal) || name.Length < Folder.Length + Suffix.Length)
        {
            return null;
        }

        string[] parts = name[Folder.Length..^Suffix.Length].Split(Separator);
        bool isObject = parts is [{ Length: > 0 and <= MaxType } type, { Length: 16 } digits] && IsPlain(type)
            && ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _);
        return isObject ? (parts[0], new VirtAddr(ulong.Parse(parts[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))) : null;
    }

    // "struct page", "union bpf_attr", "spinlock_t".
    private static bool IsPlain(string type) => type.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or ' ');
}
