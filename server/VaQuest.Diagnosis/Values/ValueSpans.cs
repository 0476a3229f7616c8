// ValueSpans: formatted values as pieces of a document, whose pointers lead to their objects.
using VaQuest.Binary;
using VaQuest.DebugInfo.Types;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Values;

namespace VaQuest.Diagnosis.Values;

/// <summary>Writes into a document builder.</summary>
/// <param name="text">The document.</param>
/// <param name="indent">Columns before nested lines.</param>
internal sealed class ValueSpans(AnnotatedTextBuilder text, int indent) : IValueSink
{
    public void Text(string piece) => text.Write(DumpText.Escape(piece));

    public void Pointer(string piece, VirtAddr address, CType? target) =>
        text.Write(DumpText.Escape(piece), SpanKind.Address, new SpanTarget { Address = address, ObjectType = ObjectTypeOf(target) });

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
