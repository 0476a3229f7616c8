// TypeAttributes: the attributes of a type's or member's entry, read in one pass.

namespace VaQuest.DebugInfo.Dwarf.Types;

/// <summary>Values as stored; absent ones have the form None.</summary>
internal struct TypeAttributes
{
    public DwarfTag Tag;
    public string Name;
    public DwarfValue ByteSize;
    public DwarfValue BitSize;
    public DwarfValue BitOffset;
    public DwarfValue DataBitOffset;
    public DwarfValue MemberLocation;
    public DwarfValue Encoding;
    public DwarfValue Type;
    public DwarfValue Count;
    public DwarfValue UpperBound;
    public DwarfValue ConstValue;
    public DwarfValue Annotation;
    public DwarfValue Signature;
    public bool IsDeclaration;
    public bool HasChildren;

    /// <summary>Reads an entry. Throws on damage.</summary>
    public static TypeAttributes Read(DwarfDie die)
    {
        TypeAttributes all = default;
        all.Name = "";
        DieReader reader = die.Unit.ReaderAt(die.Position);
        if (!reader.TryReadEntry(out Abbreviation abbreviation))
        {
            return all;
        }

        all.Tag = abbreviation.Tag;
        all.HasChildren = abbreviation.HasChildren;
        foreach (ref readonly AttributeSpec spec in reader.SpecsOf(abbreviation))
        {
            all.Take(die.Unit, spec.Name, reader.ReadValue(spec));
        }

        return all;
    }

    private void Take(DwarfUnit unit, DwarfAttribute name, DwarfValue value)
    {
        switch (name)
        {
            case DwarfAttribute.Name:
                Name = System.Text.Encoding.UTF8.GetString(unit.TextOf(value));
                break;
            case DwarfAttribute.ByteSize:
                ByteSize = value;
                break;
            case DwarfAttribute.BitSize:
                BitSize = value;
                break;
            case DwarfAttribute.BitOffset:
                BitOffset = value;
                break;
            case DwarfAttribute.DataBitOffset:
                DataBitOffset = value;
                break;
            case DwarfAttribute.DataMemberLocation:
                MemberLocation = value;
                break;
            case DwarfAttribute.Encoding:
                Encoding = value;
                break;
            case DwarfAttribute.Type:
                Type = value;
                break;
            case DwarfAttribute.Count:
                Count = value;
                break;
            case DwarfAttribute.UpperBound:
                UpperBound = value;
                break;
            case DwarfAttribute.ConstValue:
                ConstValue = value;
                break;
            case DwarfAttribute.GnuAnnotation:
                Annotation = value;
                break;
            case DwarfAttribute.Signature:
                Signature = value;
                break;
            case DwarfAttribute.Declaration:
                IsDeclaration = value.Bits != 0;
                break;
            default:
                break;
        }
    }
}
