// DwarfNameIndex: the names at the top level of all units of an image.
using System.Text;
using VaQuest.Binary;

namespace VaQuest.DebugInfo.Dwarf.Types;

/// <summary>
/// From names to entries. Types of one name are kept once, variables and functions all (static ones repeat). Built by one pass over the
/// top-level entries of all units, in parallel; names are kept as 64-bit hashes, so a hit must be compared by its reader. Immutable.
/// </summary>
public sealed class DwarfNameIndex
{
    // Variables and functions of one name: static ones of macros repeat some hundred times.
    private const int MaxSame = 4096;

    private readonly Dictionary<ulong, long> _first = [];
    private readonly Dictionary<ulong, List<long>> _others = [];
    private readonly Lock _lock = new();

    private DwarfNameIndex()
    {
    }

    /// <summary>Number of different names.</summary>
    public int Count => _first.Count;

    /// <summary>
    /// Offsets in .debug_info of the entries that may have this name, in no order; for an enumerator those of its enum.
    /// </summary>
    public IReadOnlyList<long> Find(DwarfNameKind kind, string name)
    {
        ulong hash = HashOf(kind, Encoding.UTF8.GetBytes(name));
        if (!_first.TryGetValue(hash, out long first))
        {
            return [];
        }

        return _others.TryGetValue(hash, out List<long>? others) ? [first, .. others] : [first];
    }

    internal static DwarfNameIndex Build(DwarfImage image)
    {
        var index = new DwarfNameIndex();
        Parallel.ForEach(image.UnitOffsets, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, offset => index.AddUnit(image, offset));
        return index;
    }

    private void AddUnit(DwarfImage image, long offset)
    {
        try
        {
            var scan = new UnitScan(DwarfUnit.Load(image, offset));
            scan.Run();
            lock (_lock)
            {
                for (int i = 0; i < scan.Hashes.Count; i++)
                {
                    Add(scan.Hashes[i], scan.Offsets[i], scan.Repeats[i]);
                }
            }
        }
        catch (DumpFormatException error)
        {
            image.Report(error);
        }
    }

    private void Add(ulong hash, long offset, bool mayRepeat)
    {
        if (_first.TryAdd(hash, offset) || !mayRepeat)
        {
            return;
        }

        if (!_others.TryGetValue(hash, out List<long>? others))
        {
            _others[hash] = others = [];
        }

        if (others.Count < MaxSame)
        {
            others.Add(offset);
        }
    }

    private static ulong HashOf(DwarfNameKind kind, ReadOnlySpan<byte> name)
    {
        ulong hash = 14695981039346656037UL + (ulong)kind;
        foreach (byte b in name)
        {
            hash = unchecked((hash ^ b) * 1099511628211UL);
        }

        return hash;
    }

    /// <summary>The pass over one unit's top-level entries.</summary>
    private sealed class UnitScan(DwarfUnit unit)
    {
        public Growable<ulong> Hashes { get; } = new(256);

        public Growable<long> Offsets { get; } = new(256);

        public Growable<bool> Repeats { get; } = new(256);

        public void Run()
        {
            DieReader reader = unit.ReaderAt(unit.Header.HeaderLength);
            if (reader.IsAtEnd || !reader.TryReadEntry(out Abbreviation root) || !root.HasChildren)
            {
                return;
            }

            reader.SkipAttributes(root);
            int depth = 1;
            while (depth > 0 && !reader.IsAtEnd)
            {
                int position = reader.Position;
                if (!reader.TryReadEntry(out Abbreviation abbreviation))
                {
                    depth--;
                }
                else if (depth > 1 ? !reader.SkipEntry(abbreviation) : Enter(ref reader, abbreviation, position))
                {
                    depth++;
                }
            }
        }

        // True when the cursor is at the first child.
        private bool Enter(ref DieReader reader, in Abbreviation abbreviation, int position)
        {
            if (KindOf(abbreviation) is not { } kind)
            {
                return !reader.SkipEntry(abbreviation);
            }

            DwarfValue name = default;
            DwarfValue specification = default;
            bool isDeclaration = false;
            ulong sibling = 0;
            foreach (ref readonly AttributeSpec spec in reader.SpecsOf(abbreviation))
            {
                DwarfValue value = reader.ReadValue(spec);
                switch (spec.Name)
                {
                    case DwarfAttribute.Name:
                        name = value;
                        break;
                    case DwarfAttribute.Declaration:
                        isDeclaration = value.Bits != 0;
                        break;
                    case DwarfAttribute.Specification or DwarfAttribute.AbstractOrigin:
                        specification = value;
                        break;
                    case DwarfAttribute.Sibling:
                        sibling = value.Bits;
                        break;
                    default:
                        break;
                }
            }

            if (!isDeclaration)
            {
                AddName(kind, name, specification, position);
            }

            bool hasConstants = kind == DwarfNameKind.Enum && abbreviation.HasChildren;
            if (hasConstants)
            {
                ReadEnumerators(ref reader, position);
                return false;
            }

            if (!abbreviation.HasChildren)
            {
                return false;
            }

            if (sibling != 0)
            {
                reader.JumpTo(sibling);
                return false;
            }

            return true;
        }

        private void AddName(DwarfNameKind kind, DwarfValue name, DwarfValue specification, int position)
        {
            bool mayRepeat = kind is DwarfNameKind.Variable or DwarfNameKind.Function;
            if (name.IsPresent)
            {
                Add(kind, unit.TextOf(name), position, mayRepeat);
            }
            else if (specification.IsPresent && unit.ReferenceOf(specification)?.FindName() is { } declared)
            {
                Add(kind, Encoding.UTF8.GetBytes(declared), position, mayRepeat);
            }
        }

        private void ReadEnumerators(ref DieReader reader, int position)
        {
            int depth = 1;
            while (depth > 0 && !reader.IsAtEnd)
            {
                if (!reader.TryReadEntry(out Abbreviation abbreviation))
                {
                    depth--;
                    continue;
                }

                foreach (ref readonly AttributeSpec spec in reader.SpecsOf(abbreviation))
                {
                    DwarfValue value = reader.ReadValue(spec);
                    if (spec.Name == DwarfAttribute.Name && abbreviation.Tag == DwarfTag.Enumerator)
                    {
                        Add(DwarfNameKind.Enumerator, unit.TextOf(value), position, false);
                    }
                }

                depth += abbreviation.HasChildren ? 1 : 0;
            }
        }

        private void Add(DwarfNameKind kind, ReadOnlySpan<byte> name, int position, bool mayRepeat)
        {
            Hashes.Add(HashOf(kind, name));
            Offsets.Add(unit.Offset + position);
            Repeats.Add(mayRepeat);
        }

        private static DwarfNameKind? KindOf(in Abbreviation abbreviation) => abbreviation.Tag switch
        {
            DwarfTag.StructureType or DwarfTag.UnionType or DwarfTag.ClassType => DwarfNameKind.Struct,
            DwarfTag.EnumerationType => DwarfNameKind.Enum,
            DwarfTag.Typedef or DwarfTag.BaseType => DwarfNameKind.Plain,
            DwarfTag.Variable => DwarfNameKind.Variable,
            DwarfTag.Subprogram when abbreviation.HasCode => DwarfNameKind.Function,
            _ => null,
        };
    }
}
