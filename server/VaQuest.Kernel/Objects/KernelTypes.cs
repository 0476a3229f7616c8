// KernelTypes: where members are in this kernel's structures, looked up once each.
using System.Collections.Concurrent;
using VaQuest.DebugInfo.Types;
using VaQuest.Dumps.Vmcoreinfo;

namespace VaQuest.Kernel.Objects;

/// <summary>
/// Member offsets and sizes from VMCOREINFO where it has them, else from the type catalogue (BTF or DWARF), which is opened on first need.
/// Where a member moved between releases the caller names every form it knows, newest first. Safe for concurrent callers.
/// </summary>
public sealed class KernelTypes
{
    private readonly VmcoreinfoTable _vmcoreinfo;
    private readonly Lazy<ITypeCatalog?> _catalog;
    private readonly ConcurrentDictionary<string, Found> _members = new(StringComparer.Ordinal);

    /// <param name="vmcoreinfo">The dump's VMCOREINFO; may be empty.</param>
    /// <param name="openCatalog">Opens the types; null when there are none.</param>
    public KernelTypes(VmcoreinfoTable vmcoreinfo, Func<ITypeCatalog?> openCatalog)
    {
        _vmcoreinfo = vmcoreinfo;
        _catalog = new Lazy<ITypeCatalog?>(openCatalog);
    }

    /// <summary>The types of this kernel, or null when neither the dump nor debug information has them.</summary>
    public ITypeCatalog? Catalog => _catalog.Value;

    /// <summary>The first of <paramref name="paths"/> that exists in a structure, or null. A path may be dotted: "tasks.next".</summary>
    public MemberLayout? FindMember(string tag, params ReadOnlySpan<string> paths)
    {
        foreach (string path in paths)
        {
            if (_members.GetOrAdd(tag + " " + path, LookUp).Layout is { } found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>Byte offset of the first of <paramref name="paths"/> that exists, or null.</summary>
    public ulong? FindOffset(string tag, params ReadOnlySpan<string> paths)
    {
        foreach (string path in paths)
        {
            if (_vmcoreinfo.FindOffset(tag + "." + path) is { } offset)
            {
                return (ulong)offset;
            }
        }

        return FindMember(tag, paths)?.Offset;
    }

    /// <summary>Size in bytes of a struct or union, or null.</summary>
    public long? FindSize(string tag) =>
        _vmcoreinfo.FindSize(tag) is { } size and > 0 ? size : Catalog?.FindStruct(tag)?.ByteSize;

    /// <summary>True when the structure is known and has the member.</summary>
    public bool HasMember(string tag, string path) => FindMember(tag, path) is not null;

    private Found LookUp(string key)
    {
        int space = key.IndexOf(' ', StringComparison.Ordinal);
        if (Catalog?.FindStruct(key[..space])?.FindField(key[(space + 1)..]) is not { } field || field.BitOffset < 0)
        {
            return Found.Nothing;
        }

        CType type = field.Type.Unqualified;
        bool isSigned = type is IntegerType { IsSigned: true } or EnumType { IsSigned: true };
        return new Found(new MemberLayout((ulong)field.ByteOffset, type.ByteSize ?? 0, (int)(field.BitOffset % 8), field.BitSize, isSigned));
    }

    /// <summary>A class, so that the cache is a dictionary of references, which is compiled ahead.</summary>
    private sealed class Found(MemberLayout? layout)
    {
        public static readonly Found Nothing = new(null);

        public MemberLayout? Layout => layout;
    }
}
