// StructType: a struct or union with its members.
namespace VaQuest.DebugInfo.Types;

/// <summary>A struct or union.</summary>
public sealed class StructType(string name, bool isUnion, long byteSize, IReadOnlyList<StructMember> members) : CType
{
    /// <summary>Anonymous members nest; deeper nesting than this is damage.</summary>
    private const int MaxAnonymousDepth = 16;

    /// <summary>Anonymous members looked into for one name. The kernel's largest structures have some thirty; a cycle with branches has no end.</summary>
    private const int MaxAnonymous = 4096;

    public override string Name { get; } = name;

    public bool IsUnion { get; } = isUnion;

    public override long? ByteSize { get; } = byteSize;

    public IReadOnlyList<StructMember> Members { get; } = members;

    /// <summary>
    /// Finds a member by a dotted path; anonymous structs and unions are looked through, typedefs and qualifiers too. Null when there is none.
    /// </summary>
    public Field? FindField(string path)
    {
        StructType current = this;
        long bits = 0;
        string[] parts = path.Split('.');
        for (int i = 0; i < parts.Length; i++)
        {
            int left = MaxAnonymous;
            if (FindMember(current, parts[i], 0, ref left) is not { } found)
            {
                return null;
            }

            bits += found.BitOffset;
            if (i == parts.Length - 1)
            {
                return found with { BitOffset = bits };
            }

            if (found.Type.Unqualified is not StructType inner)
            {
                return null;
            }

            current = inner;
        }

        return null;
    }

    private static Field? FindMember(StructType structure, string name, int depth, ref int left)
    {
        foreach (StructMember member in structure.Members)
        {
            if (member.Name == name)
            {
                return new Field(member.BitOffset, member.BitSize, member.Type);
            }

            bool isAnonymous = member.Name.Length == 0 && depth < MaxAnonymousDepth;
            if (isAnonymous && member.Type.Unqualified is StructType inner && --left >= 0 && FindMember(inner, name, depth + 1, ref left) is { } found)
            {
                return found with { BitOffset = found.BitOffset + member.BitOffset };
            }
        }

        return null;
    }
}
