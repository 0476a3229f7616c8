// ObjectView: one structure of the crashed kernel, its members by name.
using VaQuest.Binary;

namespace VaQuest.Kernel.Objects;

/// <summary>
/// A structure at an address. Every member may be given in several forms, newest first; what cannot be read is null, and
/// <see cref="Why"/> tells the reason. Never throws on data.
/// </summary>
/// <param name="Objects">How members are read.</param>
/// <param name="Address">Where it is.</param>
/// <param name="Tag">Its tag: "rq".</param>
public sealed record ObjectView(KernelObjects Objects, VirtAddr Address, string Tag)
{
    /// <summary>An unsigned integer member of up to 8 bytes.</summary>
    public ulong? UInt(params ReadOnlySpan<string> paths) => Objects.FindUInt(Address, Tag, paths);

    /// <summary>A signed integer member of up to 8 bytes.</summary>
    public long? Int(params ReadOnlySpan<string> paths) => Objects.FindInt(Address, Tag, paths);

    /// <summary>A pointer member; null also when it is NULL.</summary>
    public VirtAddr? Pointer(params ReadOnlySpan<string> paths) => Objects.FindPointer(Address, Tag, paths);

    /// <summary>Address of a member, or null when this kernel has none of that name.</summary>
    public VirtAddr? At(params ReadOnlySpan<string> paths) => Objects.FindAddress(Address, Tag, paths);

    /// <summary>A char array member up to its NUL.</summary>
    public string? Text(params ReadOnlySpan<string> paths) => Objects.FindText(Address, Tag, paths);

    /// <summary>The text behind a char pointer member, cut after <paramref name="maxBytes"/>.</summary>
    public string? TextBehind(int maxBytes, params ReadOnlySpan<string> paths) => Objects.FindTextBehind(Address, maxBytes, Tag, paths);

    /// <summary>The structure that a pointer member points to; null also when it is NULL.</summary>
    public ObjectView? Behind(string tag, params ReadOnlySpan<string> paths) =>
        Pointer(paths) is { } at ? this with { Address = at, Tag = tag } : null;

    /// <summary>A structure that is a member of this one.</summary>
    public ObjectView? Member(string tag, params ReadOnlySpan<string> paths) =>
        At(paths) is { } at ? this with { Address = at, Tag = tag } : null;

    /// <summary>Another structure.</summary>
    public ObjectView Other(VirtAddr address, string tag) => this with { Address = address, Tag = tag };

    /// <summary>True when this kernel's structure has a member of one of the names.</summary>
    public bool Has(params ReadOnlySpan<string> paths) => Objects.Types.FindMember(Tag, paths) is not null;

    /// <summary>An element of an array of words, pointers or other integers of the machine's word size.</summary>
    public ulong? Word(string path, ulong index)
    {
        ulong size = (ulong)Objects.Reader.WordSize;
        bool isInside = Objects.Types.FindMember(Tag, path) is { } member && index < (ulong)Math.Max(0, member.Size) / size;
        return isInside && At(path) is { } at && Objects.Reader.TryReadWord(at + (index * size), out ulong word) ? word : null;
    }

    /// <summary>Why a member has no value: one short clause for people.</summary>
    public string Why(params ReadOnlySpan<string> paths)
    {
        if (Objects.Types.Catalog is null)
        {
            return "this kernel's structures are not known";
        }

        if (Objects.Types.FindMember(Tag, paths) is not { } member)
        {
            return $"struct {Tag} has no member {paths[0]} in this kernel";
        }

        ReadOutcome outcome = Objects.Reader.ReadUInt(Address + member.Offset, (int)Math.Clamp(member.Size, 1, 8), out ulong value);
        return !outcome.IsOk ? ReadOutcome.Describe(outcome.Status) : value == 0 ? "not set" : "what it points to cannot be read";
    }
}
