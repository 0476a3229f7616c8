// MemberPath: the member of a structure that lies at an offset.
using VaQuest.DebugInfo.Types;
using VaQuest.Kernel.Values;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>Finds "->ops", "->slots[7].length", "[3]" for offsets. Bounded whatever the types are.</summary>
internal sealed class MemberPath(KernelValues values)
{
    /// <summary>Structures in structures; real ones nest some ten deep.</summary>
    private const int MaxDepth = 24;

    /// <summary>The path from an object of a type to the member at an offset; null when nothing begins or lies there.</summary>
    /// <param name="type">Type of the object.</param>
    /// <param name="offset">Bytes from its start.</param>
    /// <param name="bytes">Size of what is looked for; 0 for any.</param>
    /// <param name="index">What an array is indexed with there, or null.</param>
    public FoundMember? Find(CType type, long offset, int bytes, ArrayIndex? index = null) => Find(type, offset, bytes, index, 0);

    private FoundMember? Find(CType type, long offset, int bytes, ArrayIndex? index, int depth)
    {
        CType plain = values.Resolve(type);
        long? size = values.SizeOf(plain);
        if (depth > MaxDepth || offset < 0 || (size is > 0 && offset >= size))
        {
            return null;
        }

        switch (plain)
        {
            case StructType structure:
                bool isWhole = offset == 0 && bytes > 0 && size == bytes && structure.Members.Count > 1;
                return isWhole ? new FoundMember("", type, 0) : InStruct(structure, offset, bytes, index, depth);
            case ArrayType array when values.SizeOf(array.Element) is > 0 and var each:
                long number = offset / each;
                string text = index is { } known && known.Scale % each == 0 && known.Scale > 0 ? known.TextFor(number, known.Scale / each) : FormattableString.Invariant($"{number}");
                return Find(array.Element, offset % each, bytes, index, depth + 1) is { } element
                    ? element with { Path = "[" + text + "]" + element.Path } : null;
            default:
                return new FoundMember("", type, offset);
        }
    }

    private FoundMember? InStruct(StructType structure, long offset, int bytes, ArrayIndex? index, int depth)
    {
        FoundMember? best = null;
        foreach (StructMember member in structure.Members)
        {
            long size = member.BitSize > 0 ? Math.Max(1, ((member.BitOffset % 8) + member.BitSize + 7) / 8) : values.SizeOf(member.Type) ?? 0;
            bool isFlexible = size == 0 && values.Resolve(member.Type) is ArrayType;
            if (offset < member.ByteOffset || (offset >= member.ByteOffset + size && !isFlexible))
            {
                continue;
            }

            if (Find(member.Type, offset - member.ByteOffset, bytes, index, depth + 1) is not { } inner)
            {
                continue;
            }

            FoundMember found = member.Name.Length > 0 ? inner with { Path = "." + member.Name + inner.Path } : inner;
            if (best is null || (IsBetter(found, best, bytes) && (structure.IsUnion || member.BitSize == 0)))
            {
                best = found;
            }
        }

        return best;
    }

    // Of members that overlap, the one that the access fits exactly.
    private bool IsBetter(FoundMember found, FoundMember best, int bytes) =>
        (found.Rest == 0 && values.SizeOf(found.Type) == bytes) && !(best.Rest == 0 && values.SizeOf(best.Type) == bytes);
}
