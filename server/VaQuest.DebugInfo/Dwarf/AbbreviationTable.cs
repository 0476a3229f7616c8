// AbbreviationTable: a unit's abbreviations in flat arrays.
using VaQuest.Binary;

namespace VaQuest.DebugInfo.Dwarf;

/// <summary>The declarations at one offset of .debug_abbrev (DWARF 5, 7.5.3), decoded for one encoding. Immutable.</summary>
internal sealed class AbbreviationTable
{
    // The largest tables seen have some thousand declarations with up to 30 attributes; every one takes at least 2 bytes of the section.
    private const int MaxDeclarations = 1 << 20;

    // Codes up to so many times the number of declarations are looked up directly: compilers number from 1, linkers and dwz leave small gaps.
    private const int DirectPerDeclaration = 8;

    private readonly Growable<Abbreviation> _declarations = new(256);
    private readonly Growable<AttributeSpec> _specs = new(2048);
    private readonly Growable<ulong> _codes = new(256);
    private int[]? _byCode;
    private int[] _byLargeCode = [];

    public SpecList SpecsOf(in Abbreviation abbreviation) => new(_specs, abbreviation.FirstSpec, abbreviation.SpecCount);

    /// <summary>The declaration of a code; false when there is none.</summary>
    public bool TryGet(ulong code, out Abbreviation abbreviation)
    {
        // Compilers number 1, 2, 3...: then the index is the code - 1 and no map is needed.
        int index = _byCode is null
            ? (code > 0 && code <= (ulong)_codes.Count ? (int)code - 1 : -1)
            : (code < (ulong)_byCode.Length ? _byCode[(int)code] - 1 : FindLargeCode(code));
        if (index < 0)
        {
            abbreviation = default;
            return false;
        }

        abbreviation = _declarations[index];
        return true;
    }

    /// <param name="section">.debug_abbrev.</param>
    /// <param name="offset">Where the unit's declarations begin.</param>
    /// <param name="encoding">Of the unit.</param>
    /// <param name="onlyFirst">Stop after the first declaration, for a look at a unit's root entry only.</param>
    public static AbbreviationTable Read(DwarfSection section, long offset, DwarfEncoding encoding, bool onlyFirst = false)
    {
        var table = new AbbreviationTable();
        var reader = new SpanReader(section.SpanFrom(offset));
        try
        {
            while (reader.ReadUleb128() is not 0 and var code)
            {
                if (table._codes.Count >= MaxDeclarations)
                {
                    throw DwarfErrors.TooMany(section.Name, offset, "more abbreviations than any compiler writes", MaxDeclarations);
                }

                table.ReadDeclaration(ref reader, code, encoding);
                if (onlyFirst)
                {
                    break;
                }
            }
        }
        catch (DumpFormatException error) when (error.Error == FormatError.Truncated)
        {
            throw DwarfErrors.Bad(section.Name, offset + reader.Position, "an abbreviation is cut");
        }

        table.IndexCodes();
        return table;
    }

    private void ReadDeclaration(ref SpanReader reader, ulong code, DwarfEncoding encoding)
    {
        ulong tag = reader.ReadUleb128();
        bool hasChildren = reader.ReadByte() != 0;
        int first = _specs.Count;
        int size = 0;
        int siblingAt = -1;
        bool hasCode = false;
        while (true)
        {
            ulong name = reader.ReadUleb128();
            ulong form = reader.ReadUleb128();
            if (name == 0 && form == 0)
            {
                break;
            }

            long constant = form == (ulong)DwarfForm.ImplicitConst ? reader.ReadSleb128() : 0;
            var spec = new AttributeSpec((DwarfAttribute)Clamp(name), (DwarfForm)Clamp(form), constant);
            _specs.Add(spec);
            hasCode |= spec.Name is DwarfAttribute.LowPc or DwarfAttribute.Ranges;
            if (spec is { Name: DwarfAttribute.Sibling, Form: DwarfForm.Ref4 } && size >= 0)
            {
                siblingAt = size;
            }

            int formSize = encoding.SizeOf(spec.Form);
            size = size < 0 || formSize < 0 ? -1 : size + formSize;
        }

        _codes.Add(code);
        _declarations.Add(new Abbreviation((DwarfTag)Clamp(tag), hasChildren, hasCode, first, _specs.Count - first, size, siblingAt));
    }

    private void IndexCodes()
    {
        bool isConsecutive = true;
        ulong direct = 0;
        ulong mostDirect = (ulong)_codes.Count * DirectPerDeclaration;
        bool hasLarge = false;
        for (int i = 0; i < _codes.Count; i++)
        {
            isConsecutive &= _codes[i] == (ulong)i + 1;
            hasLarge |= _codes[i] > mostDirect;
            direct = Math.Max(direct, Math.Min(_codes[i], mostDirect));
        }

        if (isConsecutive)
        {
            return;
        }

        // The first declaration of a code wins.
        _byCode = new int[(int)direct + 1];
        for (int i = _codes.Count - 1; i >= 0; i--)
        {
            if (_codes[i] <= direct)
            {
                _byCode[(int)_codes[i]] = i + 1;
            }
        }

        _byLargeCode = hasLarge ? MergeSort.Order(_codes.ToArray()) : [];
    }

    /// <summary>The first declaration of a code among all in order of code, by halving; -1 when there is none.</summary>
    private int FindLargeCode(ulong code)
    {
        int low = 0;
        int high = _byLargeCode.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            (low, high) = _codes[_byLargeCode[middle]] < code ? (middle + 1, high) : (low, middle);
        }

        return low < _byLargeCode.Length && _codes[_byLargeCode[low]] == code ? _byLargeCode[low] : -1;
    }

    private static ushort Clamp(ulong value) => value <= ushort.MaxValue ? (ushort)value : ushort.MaxValue;
}
