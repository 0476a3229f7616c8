// FunctionTable: the functions of one unit by address.
namespace VaQuest.DebugInfo.Dwarf;

/// <summary>
/// The out-of-line functions of a unit. Built in one pass over the unit's top-level entries; functions' inner entries are read when an
/// address in one is asked for. Safe for concurrent callers.
/// </summary>
internal sealed class FunctionTable
{
    private readonly DwarfUnit _unit;
    private readonly AddressIntervals _ranges;
    private readonly int[] _positions;
    private readonly InlineTree?[] _trees;

    private FunctionTable(DwarfUnit unit, AddressIntervals ranges, int[] positions)
    {
        _unit = unit;
        _ranges = ranges;
        _positions = positions;
        _trees = new InlineTree?[positions.Length];
    }

    /// <summary>Index of the function range that holds the address, or -1.</summary>
    public int Find(ulong address) => _ranges.Find(address);

    /// <summary>First address behind the range.</summary>
    public ulong RangeEnd(int range) => _ranges.High(range);

    /// <summary>Bytes from the unit's start to the entry of the function that a range belongs to.</summary>
    public int PositionOf(int range) => _positions[_ranges.Value(range)];

    /// <summary>The function of a range with what was inlined into it.</summary>
    public InlineTree TreeOf(int range)
    {
        int function = _ranges.Value(range);
        InlineTree? tree = Volatile.Read(ref _trees[function]);
        if (tree is null)
        {
            tree = InlineTree.Read(_unit, _positions[function]);
            Volatile.Write(ref _trees[function], tree);
        }

        return tree;
    }

    public static FunctionTable Build(DwarfUnit unit)
    {
        var scan = new Scan(unit);
        scan.Run();
        return new FunctionTable(unit, scan.Ranges.Build(), scan.Positions.ToArray());
    }

    /// <summary>The pass over a unit's entries.</summary>
    private sealed class Scan(DwarfUnit unit)
    {
        private readonly RangeBuffer _buffer = new();

        // C has no functions inside types, namespaces or (but for an extension that the kernel does not use) functions; in other
        // languages everything must be walked. DW_LANG_C89, C, C99, C11, C17, C23 and assembler.
        private readonly bool _onlyTopLevel = unit.Language is 0x01 or 0x02 or 0x0c or 0x1d or 0x2c or 0x3e or 0x31 or 0x8001;

        public AddressIntervals.Builder Ranges { get; } = new();

        public Growable<int> Positions { get; } = new(64);

        public void Run()
        {
            DieReader reader = unit.ReaderAt(unit.Header.HeaderLength);
            int depth = 0;
            do
            {
                if (reader.IsAtEnd)
                {
                    return;
                }

                int position = reader.Position;
                if (!reader.TryReadEntry(out Abbreviation abbreviation))
                {
                    depth--;
                }
                else if (EnterEntry(ref reader, abbreviation, position))
                {
                    depth++;
                }
            }
            while (depth > 0);
        }

        // True when the cursor is at the first child.
        private bool EnterEntry(ref DieReader reader, in Abbreviation abbreviation, int position)
        {
            if (abbreviation is { Tag: DwarfTag.Subprogram, HasCode: true })
            {
                return AddFunction(ref reader, abbreviation, position);
            }

            if (position == unit.Header.HeaderLength || (!_onlyTopLevel && MayHoldFunctions(abbreviation.Tag)))
            {
                reader.SkipAttributes(abbreviation);
                return abbreviation.HasChildren;
            }

            return !reader.SkipEntry(abbreviation);
        }

        private bool AddFunction(ref DieReader reader, in Abbreviation abbreviation, int position)
        {
            DwarfValue lowPc = default;
            DwarfValue highPc = default;
            DwarfValue rangeList = default;
            ulong sibling = 0;
            foreach (ref readonly AttributeSpec spec in reader.SpecsOf(abbreviation))
            {
                DwarfValue value = reader.ReadValue(spec);
                switch (spec.Name)
                {
                    case DwarfAttribute.LowPc:
                        lowPc = value;
                        break;
                    case DwarfAttribute.HighPc:
                        highPc = value;
                        break;
                    case DwarfAttribute.Ranges:
                        rangeList = value;
                        break;
                    case DwarfAttribute.Sibling:
                        sibling = value.Bits;
                        break;
                    default:
                        break;
                }
            }

            _buffer.Clear();
            unit.AppendRanges(lowPc, highPc, rangeList, _buffer);
            for (int i = 0; i < _buffer.Count; i++)
            {
                Ranges.Add(_buffer.Low(i), _buffer.High(i), Positions.Count);
            }

            Positions.Add(position);
            if (!abbreviation.HasChildren)
            {
                return false;
            }

            if (sibling != 0 && _onlyTopLevel)
            {
                reader.JumpTo(sibling);
                return false;
            }

            return true;
        }

        private static bool MayHoldFunctions(DwarfTag tag) => tag is DwarfTag.Namespace or DwarfTag.Module or DwarfTag.StructureType
            or DwarfTag.ClassType or DwarfTag.UnionType or DwarfTag.EnumerationType or DwarfTag.Subprogram or DwarfTag.LexicalBlock
            or DwarfTag.InlinedSubroutine or DwarfTag.VariantPart or DwarfTag.Variant;
    }
}
