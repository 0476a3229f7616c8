// VariableAttributes: the attributes of a variable and of what it completes, read in one pass.
using System.Text;
using VaQuest.Binary;

namespace VaQuest.DebugInfo.Dwarf.Variables;

/// <summary>What an entry and the chain of its abstract origins and specifications say; the nearest wins.</summary>
internal struct VariableAttributes
{
    // Chains are two or three long; more is a loop.
    private const int MaxChain = 16;

    public string Name;
    public bool IsParameter;
    public bool IsDeclaration;
    public bool IsExternal;
    public DwarfDie? Type;
    public int File;
    public DwarfUnit? FileUnit;
    public int Line;
    public DwarfValue Location;
    public DwarfUnit? LocationUnit;
    public DwarfValue Constant;
    public DwarfUnit? ConstantUnit;

    /// <summary>The first entry of the chain behind the entry itself; null when it completes nothing.</summary>
    public DwarfDie? Origin;

    /// <summary>Reads the chain. Throws <see cref="DumpFormatException"/> on damage.</summary>
    public static VariableAttributes Read(DwarfDie entry)
    {
        VariableAttributes all = default;
        all.Name = "";
        DwarfDie? next = entry;
        for (int hops = 0; hops < MaxChain && next is { } die; hops++)
        {
            next = all.Take(die, hops == 0);
            if (hops == 0)
            {
                all.Origin = next;
            }
        }

        return all;
    }

    private DwarfDie? Take(DwarfDie die, bool isFirst)
    {
        DieReader reader = die.Unit.ReaderAt(die.Position);
        if (!reader.TryReadEntry(out Abbreviation abbreviation))
        {
            return null;
        }

        IsParameter |= abbreviation.Tag == DwarfTag.FormalParameter;
        DwarfValue next = default;
        foreach (ref readonly AttributeSpec spec in reader.SpecsOf(abbreviation))
        {
            DwarfValue value = reader.ReadValue(spec);
            switch (spec.Name)
            {
                case DwarfAttribute.Name when Name.Length == 0:
                    Name = Encoding.UTF8.GetString(die.Unit.TextOf(value));
                    break;
                case DwarfAttribute.Type when Type is null:
                    Type = die.Unit.ReferenceOf(value);
                    break;
                case DwarfAttribute.DeclFile when FileUnit is null:
                    (File, FileUnit) = (value.AsCount, die.Unit);
                    break;
                case DwarfAttribute.DeclLine when Line == 0:
                    Line = value.AsCount;
                    break;
                case DwarfAttribute.Location when !Location.IsPresent:
                    (Location, LocationUnit) = (value, die.Unit);
                    break;
                case DwarfAttribute.ConstValue when !Constant.IsPresent:
                    (Constant, ConstantUnit) = (value, die.Unit);
                    break;
                case DwarfAttribute.Declaration when isFirst:
                    IsDeclaration = value.Bits != 0;
                    break;
                case DwarfAttribute.External:
                    IsExternal = value.Bits != 0;
                    break;
                case DwarfAttribute.AbstractOrigin or DwarfAttribute.Specification:
                    next = value;
                    break;
                default:
                    break;
            }
        }

        return next.IsPresent ? die.Unit.ReferenceOf(next) : null;
    }
}
