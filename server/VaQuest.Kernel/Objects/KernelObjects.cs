// KernelObjects: members of kernel structures, lists and per-CPU variables, read with a reason when they are absent.
using VaQuest.Binary;
using VaQuest.Kernel.Memory;

namespace VaQuest.Kernel.Objects;

/// <summary>Reads members by name. Every FindX returns null when the member does not exist here or its page is missing.</summary>
public sealed class KernelObjects(KernelReader reader, KernelTypes types)
{
    public KernelReader Reader => reader;

    public KernelTypes Types => types;

    /// <summary>An unsigned integer member of up to 8 bytes, bit fields included.</summary>
    public ulong? FindUInt(VirtAddr structure, string tag, params ReadOnlySpan<string> paths)
    {
        if (types.FindMember(tag, paths) is not { } member || member.Size is < 1 or > 8)
        {
            return null;
        }

        if (!reader.TryReadUInt(structure + member.Offset, (int)member.Size, out ulong value))
        {
            return null;
        }

        if (member.BitSize is > 0 and < 64)
        {
            value = (value >> member.BitOffset) & ((1UL << member.BitSize) - 1);
        }

        return value;
    }

    /// <summary>A signed integer member of up to 8 bytes.</summary>
    public long? FindInt(VirtAddr structure, string tag, params ReadOnlySpan<string> paths)
    {
        if (FindUInt(structure, tag, paths) is not { } raw || types.FindMember(tag, paths) is not { } member)
        {
            return null;
        }

        int unused = 64 - (int)(member.BitSize > 0 ? member.BitSize : member.Size * 8);
        return unchecked((long)(raw << unused) >> unused);
    }

    /// <summary>A pointer member; null also when it is NULL.</summary>
    public VirtAddr? FindPointer(VirtAddr structure, string tag, params ReadOnlySpan<string> paths) =>
        FindUInt(structure, tag, paths) is { } value and not 0 ? new VirtAddr(value) : null;

    /// <summary>Address of a member, or null when this kernel has none of that name.</summary>
    public VirtAddr? FindAddress(VirtAddr structure, string tag, params ReadOnlySpan<string> paths) =>
        types.FindMember(tag, paths) is { } member ? structure + member.Offset : null;

    /// <summary>A char array member as text up to its NUL.</summary>
    public string? FindText(VirtAddr structure, string tag, params ReadOnlySpan<string> paths) =>
        types.FindMember(tag, paths) is { Size: > 0 and <= KernelReader.MaxStringBytes } member
            ? reader.ReadCString(structure + member.Offset, (int)member.Size)
            : null;

    /// <summary>The text behind a char pointer member.</summary>
    public string? FindTextBehind(VirtAddr structure, int maxBytes, string tag, params ReadOnlySpan<string> paths) =>
        FindPointer(structure, tag, paths) is { } text ? reader.ReadCString(text, maxBytes) : null;

    /// <summary>
    /// Walks a circular list (struct list_head) and gives the structures that hold its entries. Stops at the head, after
    /// <paramref name="limit"/> entries, at an entry already seen, or at one that cannot be read; <paramref name="damage"/> tells the latter.
    /// </summary>
    /// <param name="head">Address of the list's head.</param>
    /// <param name="linkOffset">Offset of the list_head inside each structure.</param>
    public VirtAddr[] ReadList(VirtAddr head, ulong linkOffset, int limit, out string? damage) =>
        ListWalk.Read(reader, head, linkOffset, limit, out damage);
}
