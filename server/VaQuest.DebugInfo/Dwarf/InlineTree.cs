// InlineTree: what was inlined where into one function.
using VaQuest.DebugInfo.Lines;

namespace VaQuest.DebugInfo.Dwarf;

/// <summary>
/// The DW_TAG_inlined_subroutine entries below a function, flat in file order, each with its parent, ranges and call site. The chain at an
/// address starts at the last entry in file order that covers it, which is the innermost, and follows the parents. Immutable but for
/// names, which are resolved when asked for; safe for concurrent callers.
/// </summary>
internal sealed class InlineTree
{
    /// <summary>Stands for the function itself.</summary>
    public const int Function = -1;

    // Entries of another function or of a type inside this one.
    private const int Foreign = -2;

    // Compilers nest some tens of levels.
    private const int MaxDepth = 4096;

    private readonly DwarfUnit _unit;
    private readonly int _position;
    private readonly Node[] _nodes;
    private readonly RangeBuffer _ranges;
    private readonly int[] _rangeNodes;
    private readonly string?[] _names;
    private readonly SourceFrame?[] _callers;

    private InlineTree(DwarfUnit unit, int position, Reading reading)
    {
        _unit = unit;
        _position = position;
        _nodes = reading.Nodes.ToArray();
        _ranges = reading.Ranges;
        _rangeNodes = reading.RangeNodes.ToArray();
        _names = new string?[_nodes.Length + 1];
        _callers = new SourceFrame?[_nodes.Length];
        EntryPc = reading.EntryPc;
    }

    /// <summary>Address of the function's entry.</summary>
    public ulong EntryPc { get; }

    public static InlineTree Read(DwarfUnit unit, int position)
    {
        var reading = new Reading(unit);
        reading.Run(position);
        return new InlineTree(unit, position, reading);
    }

    /// <summary>The innermost inlined entry at an address, or <see cref="Function"/>.</summary>
    public int Find(ulong address)
    {
        for (int i = _ranges.Count - 1; i >= 0; i--)
        {
            if (address >= _ranges.Low(i) && address < _ranges.High(i))
            {
                return _rangeNodes[i];
            }
        }

        return Function;
    }

    public int ParentOf(int node) => _nodes[node].Parent;

    /// <summary>Where an inlined entry or the function itself is, in bytes from the unit's start.</summary>
    public int PositionOf(int node) => node == Function ? _position : _nodes[node].Position;

    /// <summary>The plain name of an inlined entry's function or of the function itself; empty when there is none.</summary>
    public string NameOf(int node)
    {
        ref string? slot = ref _names[node + 1];
        if (slot is null)
        {
            DwarfDie die = new(_unit, node == Function ? _position : _nodes[node].Position);
            Volatile.Write(ref slot, die.FindName() ?? "");
        }

        return slot;
    }

    /// <summary>The frame into which an entry was inlined, at the place of the call.</summary>
    public SourceFrame CallerOf(int node)
    {
        ref SourceFrame? slot = ref _callers[node];
        if (slot is null)
        {
            ref readonly Node inlined = ref _nodes[node];
            string? file = _unit.Lines.FileName(inlined.CallFile);
            SourceLocation? place = file is null
                ? null
                : new SourceLocation(file, inlined.CallLine, inlined.CallColumn, _unit.CompilationDirectory);
            Volatile.Write(ref slot, new SourceFrame(NameOf(inlined.Parent), place, inlined.Parent != Function));
        }

        return slot;
    }

    private readonly record struct Node(int Position, int Parent, int CallFile, int CallLine, int CallColumn);

    /// <summary>The pass over a function's entries.</summary>
    private sealed class Reading(DwarfUnit unit)
    {
        private readonly int[] _owners = new int[MaxDepth + 1];
        private readonly RangeBuffer _own = new();

        public Growable<Node> Nodes { get; } = new();

        public RangeBuffer Ranges { get; } = new();

        public Growable<int> RangeNodes { get; } = new();

        public ulong EntryPc { get; private set; }

        public void Run(int position)
        {
            DieReader reader = unit.ReaderAt(position);
            if (!reader.TryReadEntry(out Abbreviation function))
            {
                return;
            }

            EntryPc = ReadEntryPc(ref reader, function);
            if (!function.HasChildren)
            {
                return;
            }

            int depth = 1;
            _owners[1] = Function;
            while (depth > 0 && !reader.IsAtEnd)
            {
                int at = reader.Position;
                if (!reader.TryReadEntry(out Abbreviation abbreviation))
                {
                    depth--;
                    continue;
                }

                int owner = Enter(ref reader, abbreviation, at, _owners[depth], out bool isAtChild);
                if (isAtChild)
                {
                    if (++depth > MaxDepth)
                    {
                        throw DwarfErrors.TooMany(".debug_info", unit.Offset + at, "entries nested too deep", MaxDepth);
                    }

                    _owners[depth] = owner;
                }
            }
        }

        // Returns the owner of the children.
        private int Enter(ref DieReader reader, in Abbreviation abbreviation, int at, int owner, out bool isAtChild)
        {
            switch (abbreviation.Tag)
            {
                case DwarfTag.InlinedSubroutine when owner != Foreign:
                    owner = AddInlined(ref reader, abbreviation, at, owner);
                    isAtChild = abbreviation.HasChildren;
                    return owner;
                case DwarfTag.LexicalBlock or DwarfTag.TryBlock or DwarfTag.CatchBlock:
                    reader.SkipAttributes(abbreviation);
                    isAtChild = abbreviation.HasChildren;
                    return owner;
                default:
                    isAtChild = !reader.SkipEntry(abbreviation);
                    return Foreign;
            }
        }

        private int AddInlined(ref DieReader reader, in Abbreviation abbreviation, int at, int parent)
        {
            DwarfValue lowPc = default;
            DwarfValue highPc = default;
            DwarfValue rangeList = default;
            int file = 0;
            int line = 0;
            int column = 0;
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
                    case DwarfAttribute.CallFile:
                        file = value.AsCount;
                        break;
                    case DwarfAttribute.CallLine:
                        line = value.AsCount;
                        break;
                    case DwarfAttribute.CallColumn:
                        column = value.AsCount;
                        break;
                    default:
                        break;
                }
            }

            int node = Nodes.Count;
            Nodes.Add(new Node(at, parent, file, line, column));
            int first = Ranges.Count;
            unit.AppendRanges(lowPc, highPc, rangeList, Ranges);
            for (int i = first; i < Ranges.Count; i++)
            {
                RangeNodes.Add(node);
            }

            return node;
        }

        private ulong ReadEntryPc(ref DieReader reader, in Abbreviation abbreviation)
        {
            DwarfValue entryPc = default;
            DwarfValue lowPc = default;
            DwarfValue rangeList = default;
            foreach (ref readonly AttributeSpec spec in reader.SpecsOf(abbreviation))
            {
                DwarfValue value = reader.ReadValue(spec);
                switch (spec.Name)
                {
                    case DwarfAttribute.EntryPc:
                        entryPc = value;
                        break;
                    case DwarfAttribute.LowPc:
                        lowPc = value;
                        break;
                    case DwarfAttribute.Ranges:
                        rangeList = value;
                        break;
                    default:
                        break;
                }
            }

            _own.Clear();
            unit.AppendRanges(lowPc, default, rangeList, _own);
            ulong first = _own.Count > 0 ? _own.Low(0) : lowPc.IsPresent ? unit.AddressOf(lowPc) : 0;
            return !entryPc.IsPresent ? first : entryPc.IsAddress ? unit.AddressOf(entryPc) : unchecked(first + entryPc.Bits);
        }
    }
}
