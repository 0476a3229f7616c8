// MemberPaths: from an offset to the member that is there.
using System.Globalization;
using VaQuest.DebugInfo.Types;

namespace VaQuest.Diagnosis.WhatIs.Objects;

/// <summary>Names members as C does: "sk.__sk_common.skc_state", "i_data.i_pages.xa_head", "comm[3]".</summary>
public static class MemberPaths
{
    /// <summary>Structures inside of structures; real ones stay below ten.</summary>
    private const int MaxDepth = 16;

    /// <summary>The member at an offset, with "+0x…" for bytes inside of a scalar; null in padding.</summary>
    /// <param name="type">A struct or union.</param>
    /// <param name="offset">Bytes from its start.</param>
    /// <param name="resolve">Completes types that are only declared.</param>
    public static string? At(StructType type, ulong offset, Func<CType, CType> resolve)
    {
        string path = "";
        CType at = type;
        long rest = (long)Math.Min(offset, long.MaxValue);
        for (int depth = 0; depth < MaxDepth; depth++)
        {
            switch (at)
            {
                case StructType structure when FindMember(structure, rest, resolve) is { } member:
                    path += (path.Length == 0 || member.Name.Length == 0 ? "" : ".") + member.Name;
                    rest -= member.ByteOffset;
                    at = resolve(member.Type);
                    break;
                case StructType:
                    return path.Length == 0 || rest != 0 ? null : path;
                case ArrayType array when resolve(array.Element) is var element && SizeOf(element, array.Element) is { } size and > 0:
                    // A text is one thing; of other arrays it matters which element it is.
                    if (element is IntegerType { IsCharacter: true })
                    {
                        return path + Inside(rest);
                    }

                    path += string.Create(CultureInfo.InvariantCulture, $"[{rest / size}]");
                    rest %= size;
                    at = element;
                    break;
                default:
                    return path + Inside(rest);
            }
        }

        return path + Inside(rest);
    }

    private static string Inside(long rest) => rest == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"+0x{rest:x}");

    private static long? SizeOf(CType resolved, CType declared) => declared.ByteSize ?? resolved.ByteSize;

    // Of a union the first member that reaches so far; a flexible array reaches to the end.
    private static StructMember? FindMember(StructType structure, long offset, Func<CType, CType> resolve)
    {
        StructMember? flexible = null;
        foreach (StructMember member in structure.Members)
        {
            long size = member.BitSize > 0 ? (member.BitOffset % 8 + member.BitSize + 7) / 8 : SizeOf(resolve(member.Type), member.Type) ?? 0;
            if (offset >= member.ByteOffset && offset - member.ByteOffset < size)
            {
                return member;
            }

            bool isFlexible = size == 0 && resolve(member.Type) is ArrayType && member.ByteOffset <= offset;
            flexible = isFlexible ? member : flexible;
        }

        return flexible;
    }
}
