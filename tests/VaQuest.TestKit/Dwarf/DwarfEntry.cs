// DwarfEntry: one debugging information entry that a test asks for.
using VaQuest.DebugInfo.Dwarf;

namespace VaQuest.TestKit.Dwarf;

/// <summary>An entry with attributes and children, written by <see cref="DwarfWriter"/>.</summary>
public sealed class DwarfEntry(DwarfTag tag, string? label = null)
{
    public DwarfTag Tag { get; } = tag;

    /// <summary>Name under which references find the entry.</summary>
    public string? Label { get; } = label;

    /// <summary>Name of the position behind the entry and its children, for DW_AT_sibling.</summary>
    public string? EndLabel { get; private set; }

    public List<Attribute> Attributes { get; } = [];

    public List<DwarfEntry> Children { get; } = [];

    public DwarfEntry With(DwarfAttribute name, DwarfForm form, ulong number)
    {
        Attributes.Add(new Attribute(name, form, number, null));
        return this;
    }

    public DwarfEntry With(DwarfAttribute name, string text)
    {
        Attributes.Add(new Attribute(name, DwarfForm.String, 0, text));
        return this;
    }

    public DwarfEntry Named(string name) => With(DwarfAttribute.Name, name);

    public DwarfEntry Refers(DwarfAttribute name, string label, DwarfForm form = DwarfForm.Ref4)
    {
        Attributes.Add(new Attribute(name, form, 0, label));
        return this;
    }

    /// <summary>An expression (or another block) as an attribute's value.</summary>
    public DwarfEntry WithBlock(DwarfAttribute name, params byte[] bytes)
    {
        Attributes.Add(new Attribute(name, DwarfForm.Exprloc, (ulong)bytes.Length, null, bytes));
        return this;
    }

    /// <summary>Low pc as an address, high pc as a length.</summary>
    public DwarfEntry Covers(ulong low, ulong high) =>
        With(DwarfAttribute.LowPc, DwarfForm.Addr, low).With(DwarfAttribute.HighPc, DwarfForm.Data4, high - low);

    public DwarfEntry CalledAt(int file, int line, int column) =>
        With(DwarfAttribute.CallFile, DwarfForm.Data1, (ulong)file).With(DwarfAttribute.CallLine, DwarfForm.Data2, (ulong)line)
            .With(DwarfAttribute.CallColumn, DwarfForm.Data1, (ulong)column);

    public DwarfEntry WithSibling(string endLabel)
    {
        EndLabel = endLabel;
        return Refers(DwarfAttribute.Sibling, endLabel);
    }

    public DwarfEntry Holds(params DwarfEntry[] children)
    {
        Children.AddRange(children);
        return this;
    }

    public sealed record Attribute(DwarfAttribute Name, DwarfForm Form, ulong Number, string? Text, byte[]? Bytes = null);
}
