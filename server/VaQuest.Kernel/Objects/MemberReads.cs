// MemberReads: members of kernel structures with the reason when one is absent.
using VaQuest.Binary;

namespace VaQuest.Kernel.Objects;

/// <summary>
/// Like the FindX of <see cref="KernelObjects"/>, for places that tell people why a value is not there: this kernel has no such member, its
/// types are not known, or the page is missing.
/// </summary>
public static class MemberReads
{
    /// <summary>Bytes of a text that is read from a page that may end early.</summary>
    private const int MaxName = 4096;

    /// <summary>An integer or pointer member of up to 8 bytes; the first of <paramref name="paths"/> that exists here.</summary>
    public static MemberValue ReadMember(this KernelObjects objects, VirtAddr structure, string tag, params ReadOnlySpan<string> paths) =>
        objects.FindInt(structure, tag, paths) is { } signed && objects.FindUInt(structure, tag, paths) is { } bits
            ? new MemberValue(bits, signed, "")
            : MemberValue.Absent(objects.WhyAbsent(structure, tag, paths));

    /// <summary>A member of a structure behind a pointer that may be absent itself.</summary>
    public static MemberValue ReadMember(this KernelObjects objects, MemberValue structure, string tag, params ReadOnlySpan<string> paths) =>
        structure.Pointer is { } at ? objects.ReadMember(at, tag, paths) : MemberValue.Absent(structure.PointerReason);

    /// <summary>Why a member of at most 8 bytes has no value: one short clause.</summary>
    public static string WhyAbsent(this KernelObjects objects, VirtAddr structure, string tag, params ReadOnlySpan<string> paths)
    {
        if (objects.Types.Catalog is null)
        {
            return "the kernel's types are not known";
        }

        if (objects.Types.FindMember(tag, paths) is not { } member)
        {
            return $"this kernel has no {tag}.{paths[0]}";
        }

        if (member.Size is < 1 or > 8)
        {
            return $"{tag}.{paths[0]} is no number here";
        }

        ReadOutcome outcome = objects.Reader.ReadUInt(structure + member.Offset, (int)member.Size, out _);
        return outcome.IsOk ? "it could not be read" : outcome.ToString();
    }

    /// <summary>Text behind a char pointer member: file names, device names. Null when it cannot be read; see <see cref="WhyAbsent"/>.</summary>
    public static string? FindName(this KernelObjects objects, VirtAddr structure, string tag, params ReadOnlySpan<string> paths) =>
        objects.FindPointer(structure, tag, paths) is { } text && objects.Reader.ReadCString(text, MaxName) is { } name ? KernelText.FromLatin1(name) : null;
}
