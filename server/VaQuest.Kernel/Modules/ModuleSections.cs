// ModuleSections: where a module's ELF sections were loaded, read when first asked.
using System.Collections;
using System.Diagnostics.CodeAnalysis;
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Modules;

/// <summary>
/// module.sect_attrs (kernel/module/sysfs.c): what /sys/module/NAME/sections shows. Most modules of a dump are never asked, so nothing is read
/// until then. Safe for concurrent callers.
/// </summary>
internal sealed class ModuleSections : IReadOnlyDictionary<string, VirtAddr>
{
    private const int MaxSections = 4096;

    private readonly KernelObjects _objects;
    private readonly VirtAddr _module;
    private readonly Lazy<Dictionary<string, VirtAddr>> _sections;

    public ModuleSections(KernelObjects objects, VirtAddr module)
    {
        _objects = objects;
        _module = module;
        _sections = new Lazy<Dictionary<string, VirtAddr>>(Read);
    }

    public int Count => _sections.Value.Count;

    public IEnumerable<string> Keys => _sections.Value.Keys;

    public IEnumerable<VirtAddr> Values => _sections.Value.Values;

    public VirtAddr this[string key] => _sections.Value[key];

    public bool ContainsKey(string key) => _sections.Value.ContainsKey(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out VirtAddr value) => _sections.Value.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<string, VirtAddr>> GetEnumerator() => _sections.Value.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private Dictionary<string, VirtAddr> Read()
    {
        var found = new Dictionary<string, VirtAddr>(StringComparer.Ordinal);
        if (_objects.FindPointer(_module, "module", "sect_attrs") is not { } attributes
            || _objects.Types.FindOffset("module_sect_attrs", "attrs") is not { } start)
        {
            return found;
        }

        if (_objects.Types.FindSize("module_sect_attr") is { } size)
        {
            ulong count = Math.Min(_objects.FindUInt(attributes, "module_sect_attrs", "nsections") ?? 0, MaxSections);
            for (ulong i = 0; i < count; i++)
            {
                VirtAddr entry = attributes + start + (i * (ulong)size);
                Add(
                    found,
                    _objects.FindTextBehind(entry, 256, "module_sect_attr", "battr.attr.name", "name", "mattr.attr.name"),
                    _objects.FindUInt(entry, "module_sect_attr", "address"));
            }

            return found;
        }

        ReadBinaryAttributes(found, attributes, attributes + start);
        return found;
    }

    /// <summary>Since 6.14 the entries are plain bin_attributes whose private pointer is the address, and the group's list counts them.</summary>
    private void ReadBinaryAttributes(Dictionary<string, VirtAddr> found, VirtAddr attributes, VirtAddr entries)
    {
        if (_objects.Types.FindSize("bin_attribute") is not { } size
            || _objects.FindPointer(attributes, "module_sect_attrs", "grp.bin_attrs", "grp.bin_attrs_new") is not { } list)
        {
            return;
        }

        for (ulong i = 0; i < MaxSections && _objects.Reader.FindPointer(list + (i * (ulong)_objects.Reader.WordSize)) is not null; i++)
        {
            VirtAddr entry = entries + (i * (ulong)size);
            Add(found, _objects.FindTextBehind(entry, 256, "bin_attribute", "attr.name"), _objects.FindUInt(entry, "bin_attribute", "private"));
        }
    }

    private static void Add(Dictionary<string, VirtAddr> found, string? name, ulong? address)
    {
        if (name is { Length: > 0 } && address is { } at and not 0)
        {
            found.TryAdd(name, new VirtAddr(at));
        }
    }
}
