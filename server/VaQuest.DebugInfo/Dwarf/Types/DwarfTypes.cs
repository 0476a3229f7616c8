// DwarfTypes: the types of one image's debug information, decoded one by one; an index by name is made when it is first needed.
using VaQuest.Binary;
using VaQuest.DebugInfo.Types;

namespace VaQuest.DebugInfo.Dwarf.Types;

/// <summary>
/// Types by entry and by name. Reference numbers are offsets in .debug_info. Never throws on data: a damaged type is void, and the image's
/// issues say so. Safe for concurrent callers.
/// </summary>
public sealed class DwarfTypes : ITypeCatalog, ITypeResolver
{
    // A crash report touches some thousand types; each unit repeats those of its headers.
    private const int MaxCached = 1 << 18;

    private readonly DwarfImage _image;
    private readonly DwarfTypeDecoder _decoder;
    private readonly Lazy<DwarfTypes?> _supplementary;
    private readonly Lazy<DwarfNameIndex> _index;
    private readonly Lock _lock = new();
    private readonly Dictionary<long, CType> _types = [];

    public DwarfTypes(DwarfImage image)
    {
        _image = image;
        _decoder = new DwarfTypeDecoder(this);
        _supplementary = new Lazy<DwarfTypes?>(() => image.Supplementary is { } other ? new DwarfTypes(other) : null);
        _index = new Lazy<DwarfNameIndex>(() => DwarfNameIndex.Build(image));
    }

    public string Origin => "DWARF in " + _image.Elf.Name;

    /// <summary>The names of the whole image; made by going through all units at the first use.</summary>
    public DwarfNameIndex Index => _index.Value;

    /// <summary>
    /// False when a name surely is nowhere in the image; much cheaper than the index. True says nothing.
    /// </summary>
    public bool MayHave(string name)
    {
        try
        {
            // Names are in .debug_str, but for short ones, which are in the entries.
            byte[] text = [.. System.Text.Encoding.UTF8.GetBytes(name), 0];
            return name.Length < 8 || _image.Sections.Strings.SpanFrom(0).IndexOf(text) >= 0 || _image.Sections.Info.SpanFrom(0).IndexOf(text) >= 0;
        }
        catch (DumpFormatException)
        {
            return true;
        }
    }

    /// <summary>The type of an entry: the entry itself is a type.</summary>
    public CType Resolve(DwarfDie die) => ReferenceTo(die).Resolve();

    public StructType? FindStruct(string tag) => FindType(DwarfNameKind.Struct, tag) as StructType;

    public EnumType? FindEnum(string tag) => FindType(DwarfNameKind.Enum, tag) as EnumType;

    public CType? FindNamed(string name) => FindType(DwarfNameKind.Plain, name);

    public long? FindEnumerator(string name)
    {
        foreach (long offset in Index.Find(DwarfNameKind.Enumerator, name))
        {
            // The index points to the enum that has the constant.
            if (Resolve(offset) is EnumType type && type.FindValue(name) is { } value)
            {
                return value;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public CType Resolve(long id)
    {
        lock (_lock)
        {
            if (_types.TryGetValue(id, out CType? known))
            {
                return known;
            }
        }

        CType decoded = Decode(id);
        lock (_lock)
        {
            if (_types.Count >= MaxCached)
            {
                _types.Clear();
            }

            return _types.TryAdd(id, decoded) ? decoded : _types[id];
        }
    }

    /// <summary>A reference to the type that an attribute names; void when it is absent or names nothing.</summary>
    internal TypeReference Reference(DwarfUnit unit, DwarfValue value) =>
        value.IsPresent && unit.ReferenceOf(value) is { } target ? ReferenceTo(target) : new TypeReference(this, -1);

    private TypeReference ReferenceTo(DwarfDie die) =>
        ReferenceEquals(die.Unit.Image, _image) || _supplementary.Value is not { } other
            ? new TypeReference(this, die.InfoOffset)
            : new TypeReference(other, die.InfoOffset);

    private CType Decode(long id)
    {
        try
        {
            return id >= 0 && _image.FindEntry(id) is { } die ? _decoder.Decode(die) : VoidType.Instance;
        }
        catch (DumpFormatException error)
        {
            _image.Report(error);
            return VoidType.Instance;
        }
    }

    private CType? FindType(DwarfNameKind kind, string name)
    {
        foreach (long offset in Index.Find(kind, name))
        {
            if (Resolve(offset) is { } type && type is not (ForwardType or VoidType) && type.Name == name)
            {
                return type;
            }
        }

        return null;
    }
}
