// DwarfDie: one debugging information entry, read on demand.
using System.Text;

namespace VaQuest.DebugInfo.Dwarf;

/// <summary>An entry of a unit. Holds no data of its own: every question reads the section again.</summary>
/// <param name="Unit">The unit it is in.</param>
/// <param name="Position">Bytes from the unit's start.</param>
public readonly record struct DwarfDie(DwarfUnit Unit, int Position)
{
    // Chains of DW_AT_abstract_origin and DW_AT_specification are two or three long; more is a loop.
    private const int MaxChain = 16;

    /// <summary>Offset in .debug_info.</summary>
    public long InfoOffset => Unit.Offset + Position;

    public DwarfTag Tag
    {
        get
        {
            DieReader reader = Unit.ReaderAt(Position);
            return reader.TryReadEntry(out Abbreviation abbreviation) ? abbreviation.Tag : DwarfTag.None;
        }
    }

    /// <summary>The value of an attribute of this entry itself; its form is None when the entry does not have it.</summary>
    public DwarfValue Find(DwarfAttribute attribute)
    {
        DieReader reader = Unit.ReaderAt(Position);
        if (!reader.TryReadEntry(out Abbreviation abbreviation))
        {
            return default;
        }

        foreach (ref readonly AttributeSpec spec in reader.SpecsOf(abbreviation))
        {
            DwarfValue value = reader.ReadValue(spec);
            if (spec.Name == attribute)
            {
                return value;
            }
        }

        return default;
    }

    /// <summary>DW_AT_name, its own or that of what it completes (abstract origin, specification); null when there is none.</summary>
    public string? FindName()
    {
        DwarfDie die = this;
        for (int hops = 0; hops < MaxChain; hops++)
        {
            DieReader reader = die.Unit.ReaderAt(die.Position);
            if (!reader.TryReadEntry(out Abbreviation abbreviation))
            {
                return null;
            }

            DwarfValue next = default;
            foreach (ref readonly AttributeSpec spec in reader.SpecsOf(abbreviation))
            {
                DwarfValue value = reader.ReadValue(spec);
                if (spec.Name == DwarfAttribute.Name && !(die.Unit.TextOf(value) is { IsEmpty: true }))
                {
                    return Encoding.UTF8.GetString(die.Unit.TextOf(value));
                }

                if (spec.Name is DwarfAttribute.AbstractOrigin or DwarfAttribute.Specification)
                {
                    next = value;
                }
            }

            if (!next.IsPresent || die.Unit.ReferenceOf(next) is not { } target)
            {
                return null;
            }

            die = target;
        }

        return null;
    }

    /// <summary>The entry's children, in file order.</summary>
    public IEnumerable<DwarfDie> EnumerateChildren()
    {
        int position = FirstChild();
        while (position > 0)
        {
            yield return new DwarfDie(Unit, position);
            position = NextSibling(position);
        }
    }

    private int FirstChild()
    {
        DieReader reader = Unit.ReaderAt(Position);
        if (!reader.TryReadEntry(out Abbreviation abbreviation) || !abbreviation.HasChildren)
        {
            return 0;
        }

        reader.SkipAttributes(abbreviation);
        return EntryOrEnd(reader);
    }

    private int NextSibling(int position)
    {
        DieReader reader = Unit.ReaderAt(position);
        int depth = 0;
        do
        {
            if (reader.IsAtEnd)
            {
                return 0;
            }

            if (!reader.TryReadEntry(out Abbreviation abbreviation))
            {
                depth--;
            }
            else if (!reader.SkipEntry(abbreviation))
            {
                depth++;
            }
        }
        while (depth > 0);
        return depth < 0 ? 0 : EntryOrEnd(reader);
    }

    private static int EntryOrEnd(DieReader reader)
    {
        int position = reader.Position;
        return !reader.IsAtEnd && reader.TryReadEntry(out _) ? position : 0;
    }
}
