// RootAttributes: the attributes of a unit's root entry that the rest of the unit depends on.
namespace VaQuest.DebugInfo.Dwarf;

/// <summary>Values as stored; absent ones have the form None.</summary>
internal struct RootAttributes
{
    public DwarfValue Name;
    public DwarfValue CompDir;
    public DwarfValue StmtList;
    public DwarfValue LowPc;
    public DwarfValue HighPc;
    public DwarfValue Ranges;
    public DwarfValue Language;
    public DwarfValue StrOffsetsBase;
    public DwarfValue AddrBase;
    public DwarfValue RnglistsBase;
    public DwarfValue LoclistsBase;

    public static RootAttributes Read(DwarfSection info, in DwarfUnitHeader header, AbbreviationTable abbreviations)
    {
        RootAttributes root = default;
        var reader = new DieReader(info.Span(header.Offset, header.Length), abbreviations, header, header.HeaderLength);
        if (reader.IsAtEnd || !reader.TryReadEntry(out Abbreviation abbreviation))
        {
            return root;
        }

        foreach (ref readonly AttributeSpec spec in reader.SpecsOf(abbreviation))
        {
            root.Take(spec.Name, reader.ReadValue(spec));
        }

        return root;
    }

    private void Take(DwarfAttribute name, DwarfValue value)
    {
        switch (name)
        {
            case DwarfAttribute.Name:
                Name = value;
                break;
            case DwarfAttribute.CompDir:
                CompDir = value;
                break;
            case DwarfAttribute.StmtList:
                StmtList = value;
                break;
            case DwarfAttribute.LowPc:
                LowPc = value;
                break;
            case DwarfAttribute.HighPc:
                HighPc = value;
                break;
            case DwarfAttribute.Ranges:
                Ranges = value;
                break;
            case DwarfAttribute.Language:
                Language = value;
                break;
            case DwarfAttribute.StrOffsetsBase:
                StrOffsetsBase = value;
                break;
            case DwarfAttribute.AddrBase or DwarfAttribute.GnuAddrBase:
                AddrBase = value;
                break;
            case DwarfAttribute.RnglistsBase:
                RnglistsBase = value;
                break;
            case DwarfAttribute.LoclistsBase:
                LoclistsBase = value;
                break;
            default:
                break;
        }
    }
}
