// BtfCatalog: the types of a BTF blob, indexed in one pass and decoded one by one.
using System.Text;
using VaQuest.Binary;
using VaQuest.DebugInfo.Types;

namespace VaQuest.DebugInfo.Btf;

/// <summary>
/// BTF of a kernel or, with a base, of a module (split BTF: numbers and strings continue the base's). Documentation/bpf/btf.rst.
/// Opening walks the type section once to find where each type starts; a type is decoded when it is asked for. Plain arrays hold the indexes: this is on
/// the way to every report, and collections of value types would be compiled at run time.
/// </summary>
public sealed class BtfCatalog : ITypeCatalog, ITypeResolver
{
    private const int CommonSize = 12;

    /// <summary>Set in the hash of every named type, so that 0 means unnamed.</summary>
    private const uint NamedBit = 0x80000000;

    private const uint StructKinds = (1u << (int)BtfKind.Struct) | (1u << (int)BtfKind.Union);

    private const uint EnumKinds = (1u << (int)BtfKind.Enum) | (1u << (int)BtfKind.Enum64);

    private const uint PlainKinds = (1u << (int)BtfKind.Typedef) | (1u << (int)BtfKind.Int) | (1u << (int)BtfKind.Float);

    private const uint SymbolKinds = (1u << (int)BtfKind.Var) | (1u << (int)BtfKind.Func);

    private readonly BtfSections _sections;
    private readonly BtfCatalog? _base;
    private readonly int _pointerSize;
    private readonly int _firstId;
    private readonly int _stringStart;
    private readonly Lazy<Dictionary<string, long>> _enumerators;
    private int[] _offsets = [];
    private CType?[] _types = [];
    private int[] _nameBuckets = [];
    private int[] _nameNext = [];

    private BtfCatalog(BtfSections sections, string origin, BtfCatalog? baseCatalog, int pointerSize)
    {
        _sections = sections;
        _base = baseCatalog;
        _pointerSize = pointerSize;
        _firstId = baseCatalog is null ? 1 : baseCatalog._firstId + baseCatalog.Count;
        _stringStart = baseCatalog is null ? 0 : baseCatalog._stringStart + (int)baseCatalog._sections.Strings.Length;
        _enumerators = new(CollectEnumerators);
        Origin = origin;
    }

    public string Origin { get; }

    /// <summary>Number of types in this blob, without its base.</summary>
    public int Count { get; private set; }

    /// <summary>Why the walk over the types stopped early, or null when all were walked.</summary>
    public string? Damage { get; private set; }

    /// <summary>
    /// Opens a blob. Throws <see cref="DumpFormatException"/> when its header is bad; damage among the types keeps those before it.
    /// </summary>
    /// <param name="blob">The whole .BTF section or the memory between __start_BTF and __stop_BTF.</param>
    /// <param name="origin">Where it comes from, for the coverage section.</param>
    /// <param name="baseCatalog">The kernel's BTF when this is a module's.</param>
    /// <param name="pointerSize">4 or 8.</param>
    public static BtfCatalog Open(ByteRegion blob, string origin, BtfCatalog? baseCatalog = null, int pointerSize = 8)
    {
        var catalog = new BtfCatalog(BtfSections.Read(blob), origin, baseCatalog, pointerSize);
        catalog.Index();
        return catalog;
    }

    public StructType? FindStruct(string tag) => Find(tag, StructKinds) as StructType ?? _base?.FindStruct(tag);

    public EnumType? FindEnum(string tag) => Find(tag, EnumKinds) as EnumType ?? _base?.FindEnum(tag);

    public CType? FindNamed(string name) => Find(name, PlainKinds) ?? _base?.FindNamed(name);

    public long? FindEnumerator(string name) =>
        _enumerators.Value.TryGetValue(name, out long value) ? value : _base?.FindEnumerator(name);

    /// <summary>The type of a variable or function that has an entry of its own, by its name; null when there is none. Goes through all types.</summary>
    public CType? FindSymbol(string name)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        for (int i = 0; i < Count; i++)
        {
            SpanReader reader = Reader(_firstId + i);
            uint nameOffset = reader.ReadUInt32();
            bool isSymbol = IsAmong((BtfKind)((reader.ReadUInt32() >> 24) & 0x1f), SymbolKinds);
            if (isSymbol && StringBytesAt(nameOffset).SequenceEqual(bytes))
            {
                return Resolve(reader.ReadUInt32());
            }
        }

        return _base?.FindSymbol(name);
    }

    /// <inheritdoc/>
    public CType Resolve(long id)
    {
        if (id <= 0 || id >= _firstId + Count)
        {
            return VoidType.Instance;
        }

        if (id < _firstId)
        {
            return _base?.Resolve(id) ?? VoidType.Instance;
        }

        ref CType? place = ref _types[(int)id - _firstId];
        return Volatile.Read(ref place)
            ?? Interlocked.CompareExchange(ref place, new BtfDecoder(this, _pointerSize).Decode(Reader((int)id)), null)
            ?? place;
    }

    internal string StringAt(uint offset)
    {
        ReadOnlySpan<byte> bytes = StringBytesAt(offset);
        return bytes.IsEmpty ? "" : Encoding.UTF8.GetString(bytes);
    }

    private static bool IsAmong(BtfKind kind, uint kinds) => ((kinds >> (int)kind) & 1) != 0;

    /// <summary>Bytes behind the common part of a type, or -1 for an unknown kind.</summary>
    private static int TrailerSize(BtfKind kind, int count) => kind switch
    {
        BtfKind.Int or BtfKind.Var or BtfKind.DeclTag => 4,
        BtfKind.Array => 12,
        BtfKind.Struct or BtfKind.Union or BtfKind.Datasec or BtfKind.Enum64 => 12 * count,
        BtfKind.Enum or BtfKind.FuncProto => 8 * count,
        BtfKind.Ptr or BtfKind.Fwd or BtfKind.Typedef or BtfKind.Volatile or BtfKind.Const or BtfKind.Restrict or BtfKind.Func
            or BtfKind.Float or BtfKind.TypeTag => 0,
        _ => -1,
    };

    private static uint HashOf(ReadOnlySpan<byte> name)
    {
        uint hash = 2166136261;
        foreach (byte b in name)
        {
            hash = unchecked((hash ^ b) * 16777619);
        }

        return hash;
    }

    private void Index()
    {
        ReadOnlySpan<byte> types = _sections.Types.SpanFrom(0);
        var reader = new SpanReader(types, _sections.IsBigEndian);

        // The smallest record is the common part alone, so this is the most there can be.
        var offsets = new int[types.Length / CommonSize];
        var hashes = new uint[offsets.Length];
        int count = 0;
        while (!reader.IsAtEnd)
        {
            int start = reader.Position;
            if (!reader.TryReadUInt32(out uint name) || !reader.TryReadUInt32(out uint info) || !reader.TrySkip(4))
            {
                Damage = FormattableString.Invariant($"BTF type {_firstId + count} is cut at byte {start}");
                break;
            }

            var kind = (BtfKind)((info >> 24) & 0x1f);
            int trailer = TrailerSize(kind, (int)(info & 0xffff));
            if (trailer < 0 || !reader.TrySkip(trailer))
            {
                Damage = FormattableString.Invariant($"BTF type {_firstId + count} at byte {start} has unknown kind {(int)kind} or is cut");
                break;
            }

            bool isNamed = name != 0 && IsAmong(kind, StructKinds | EnumKinds | PlainKinds);
            hashes[count] = isNamed ? HashOf(StringBytesAt(name)) | NamedBit : 0;
            offsets[count++] = start;
        }

        _offsets = offsets;
        _types = new CType?[count];
        Count = count;
        BuildNameTable(hashes);
    }

    /// <summary>A chained hash table over the named types; chains keep the order of the blob.</summary>
    private void BuildNameTable(uint[] hashes)
    {
        int size = 1;
        while (size < Count / 2)
        {
            size *= 2;
        }

        _nameBuckets = new int[size];
        Array.Fill(_nameBuckets, -1);
        _nameNext = new int[Count];
        for (int i = Count - 1; i >= 0; i--)
        {
            if (hashes[i] != 0)
            {
                ref int bucket = ref _nameBuckets[hashes[i] & (uint)(size - 1)];
                _nameNext[i] = bucket;
                bucket = i;
            }
        }
    }

    private CType? Find(string name, uint kinds)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        for (int i = _nameBuckets[(HashOf(bytes) | NamedBit) & (uint)(_nameBuckets.Length - 1)]; i >= 0; i = _nameNext[i])
        {
            SpanReader reader = Reader(_firstId + i);
            uint nameOffset = reader.ReadUInt32();
            if (IsAmong((BtfKind)((reader.ReadUInt32() >> 24) & 0x1f), kinds) && StringBytesAt(nameOffset).SequenceEqual(bytes))
            {
                return Resolve(_firstId + i);
            }
        }

        return null;
    }

    private SpanReader Reader(int id)
    {
        int index = id - _firstId;
        int start = _offsets[index];
        int end = index + 1 < Count ? _offsets[index + 1] : (int)_sections.Types.Length;
        return new SpanReader(_sections.Types.Span(start, Math.Max(CommonSize, end - start)), _sections.IsBigEndian);
    }

    private ReadOnlySpan<byte> StringBytesAt(uint offset)
    {
        if (offset < _stringStart)
        {
            return _base is null ? default : _base.StringBytesAt(offset);
        }

        long at = offset - _stringStart;
        if (at >= _sections.Strings.Length)
        {
            return default;
        }

        ReadOnlySpan<byte> rest = _sections.Strings.SpanFrom(at);
        int end = rest.IndexOf((byte)0);
        return end < 0 ? rest : rest[..end];
    }

    private Dictionary<string, long> CollectEnumerators()
    {
        var values = new Dictionary<string, long>(StringComparer.Ordinal);
        for (int i = 0; i < Count; i++)
        {
            SpanReader reader = Reader(_firstId + i);
            reader.Skip(4);
            bool isEnum = IsAmong((BtfKind)((reader.ReadUInt32() >> 24) & 0x1f), EnumKinds);
            if (isEnum && Resolve(_firstId + i) is EnumType type)
            {
                foreach (Enumerator enumerator in type.Enumerators)
                {
                    values.TryAdd(enumerator.Name, enumerator.Value);
                }
            }
        }

        return values;
    }
}
