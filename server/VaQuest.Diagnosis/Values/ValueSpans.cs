// ValueSpans: formatted values as pieces of a document, whose pointers lead to their objects.
using VaQuest.Binary;
using VaQuest.DebugInfo.Types;
using VaQuest.Diagnosis.Browse.Pages;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Values;

namespace VaQuest.Diagnosis.Values;

/// <summary>Writes into a document builder.</summary>
/// <param name="text">The document.</param>
/// <param name="indent">Columns before nested lines.</param>
internal sealed class ValueSpans(AnnotatedTextBuilder text, int indent) : IValueSink
{
    /// <summary>Nested structures that are sections of their own: deeper ones would make an outline longer than the object.</summary>
    private const int MaxSections = 2000;

    private readonly Stack<(int Line, string Title)> _open = new();
    private string _last = "";
    private int _sections;

    /// <summary>What stands between braces on lines of its own becomes a section, which editors fold.</summary>
    public void Text(string piece)
    {
        if (piece == "{")
        {
            _open.Push((text.Line, _last));
        }
        else if (piece == "}" && _open.TryPop(out (int Line, string Title) begin) && text.Line > begin.Line && _open.Count > 0 && _sections++ < MaxSections)
        {
            text.AddSection(begin.Title, "", SectionKind.Values, begin.Line, _open.Count);
        }

        _last = DumpText.Escape(piece).TrimEnd(' ', '=');
        text.Write(DumpText.Escape(piece));
    }

    public void Pointer(string piece, VirtAddr address, CType? target) =>
        text.Write(DumpText.Escape(piece), SpanKind.Address, new SpanTarget { Address = address, ObjectType = ObjectTypeOf(target) });

    /// <summary>What the value that is written is, "struct page:0xffff…", so that parts that are left out lead to their page; null when nothing leads there.</summary>
    public string? Root { get; init; }

    public void More(string piece, string path, long first)
    {
        _last = "";
        if (Root is { } root && ArrayPage.NameOf(root, path, first) is { } page)
        {
            text.Write(DumpText.Escape(piece), SpanKind.Symbol, new SpanTarget { Page = page });
        }
        else
        {
            text.Write(DumpText.Escape(piece));
        }
    }

    public void Absent(string reason) => text.Write("(" + DumpText.Escape(reason) + ")", SpanKind.Absent);

    public void NewLine(int level)
    {
        text.EndLine();
        text.Pad(indent + (level * 4), 0);
    }

    /// <summary>The type of an object that has a document of its own: structs and unions with a name; else null.</summary>
    public static string? ObjectTypeOf(CType? target) => target is null ? null : target.Unqualified switch
    {
        StructType { Name.Length: > 0 } structure => TypeText.TagOf(structure),
        ForwardType { Name.Length: > 0 } forward => TypeText.TagOf(forward),
        StructType when target is TypedefType named => named.Name,
        _ => null,
    };
}
