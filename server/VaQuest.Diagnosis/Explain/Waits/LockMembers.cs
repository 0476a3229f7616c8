// LockMembers: the locks inside of an object.
using VaQuest.Binary;
using VaQuest.DebugInfo.Types;
using VaQuest.Kernel.Values;

namespace VaQuest.Diagnosis.Explain.Waits;

/// <summary>Finds members that are locks by their types, and the lock at an offset. Never throws on data.</summary>
internal static class LockMembers
{
    /// <summary>Structures inside of structures that are searched.</summary>
    private const int MaxDepth = 6;

    /// <summary>Locks of one object; the largest structures of a kernel have some twenty.</summary>
    private const int MaxMembers = 64;

    /// <summary>The locks of an object, those of structures inside of it too, but not the spinlock inside of another lock.</summary>
    public static IReadOnlyList<LockMember> Find(KernelValues values, VirtAddr address, StructType type)
    {
        var found = new List<LockMember>();
        Search(found, values, address, type, "", 0);
        return found;
    }

    /// <summary>The lock that begins at an offset of a type, the outermost when one is inside of another; null when there is none.</summary>
    public static LockMember? At(KernelValues values, VirtAddr address, CType type, ulong offset)
    {
        if (offset == 0 && LockKindNames.Of(type, values) is { } kind)
        {
            return new LockMember("", kind, address);
        }

        return values.Resolve(type) is StructType structure ? Find(values, address, structure).FirstOrDefault(member => member.Address == address + offset) : null;
    }

    private static void Search(List<LockMember> found, KernelValues values, VirtAddr address, StructType type, string path, int depth)
    {
        foreach (StructMember member in type.Members)
        {
            if (found.Count >= MaxMembers || depth > MaxDepth)
            {
                return;
            }

            string name = member.Name.Length == 0 ? path : path.Length == 0 ? member.Name : path + "." + member.Name;
            VirtAddr at = address + (ulong)member.ByteOffset;
            if (LockKindNames.Of(member.Type, values) is { } kind)
            {
                found.Add(new LockMember(name, kind, at));
            }
            else if (values.Resolve(member.Type) is StructType inner)
            {
                Search(found, values, at, inner, name, depth + 1);
            }
        }
    }
}
