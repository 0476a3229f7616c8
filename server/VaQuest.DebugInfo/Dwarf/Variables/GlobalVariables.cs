// GlobalVariables: variables outside of functions, and static ones inside, by address or by name.
using System.Buffers.Binary;
using VaQuest.Binary;
using VaQuest.DebugInfo.Dwarf.Types;

namespace VaQuest.DebugInfo.Dwarf.Variables;

/// <summary>
/// Finds the entry of a variable. By address no index is needed: the location expression of a static variable holds its link-time address, and
/// those bytes are searched for. Safe for concurrent callers.
/// </summary>
public static class GlobalVariables
{
    /// <summary>The same eight bytes may stand elsewhere by chance, and in call sites; so many are looked at.</summary>
    private const int MaxHits = 256;

    // Entries are nested some tens deep.
    private const int MaxDepth = 256;

    /// <summary>The variable at a link-time address of a linked image, or null.</summary>
    public static DwarfVariable? FindAt(DwarfImage image, ulong address)
    {
        if (image.Sections.Layout.IsRelocatable)
        {
            return null;
        }

        int size = image.Elf.Header.Is64Bit ? 8 : 4;
        byte[] pattern = new byte[2 + size];
        pattern[0] = (byte)(size + 1);
        pattern[1] = 0x03; // DW_OP_addr
        WriteAddress(pattern.AsSpan(2), address, image.Sections.IsBigEndian);
        try
        {
            return Search(image, pattern);
        }
        catch (DumpFormatException error)
        {
            image.Report(error);
            return null;
        }
    }

    /// <summary>All variables of a name with a place of their own.</summary>
    public static IReadOnlyList<DwarfVariable> FindByName(DwarfImage image, DwarfTypes types, string name)
    {
        var found = new List<DwarfVariable>();
        foreach (long offset in types.Index.Find(DwarfNameKind.Variable, name))
        {
            if (image.FindEntry(offset) is { } entry && VariableReader.ReadOne(entry) is { } variable && variable.Name == name)
            {
                found.Add(variable);
            }
        }

        return found;
    }

    private static DwarfVariable? Search(DwarfImage image, byte[] pattern)
    {
        ReadOnlySpan<byte> info = image.Sections.Info.SpanFrom(0);
        int at = 0;
        for (int hits = 0; hits < MaxHits; hits++)
        {
            int hit = info[at..].IndexOf(pattern);
            if (hit < 0)
            {
                return null;
            }

            at += hit + 1;
            if (FindEntryAround(image, at) is { Tag: DwarfTag.Variable } entry && VariableReader.ReadOne(entry) is { } variable
                && variable.SourceAt(0).Expression is { } code && code.AsSpan().SequenceEqual(pattern.AsSpan(1)))
            {
                return variable;
            }
        }

        return null;
    }

    /// <summary>The innermost entry whose own bytes hold an offset of .debug_info.</summary>
    internal static DwarfDie? FindEntryAround(DwarfImage image, long infoOffset)
    {
        if (image.FindUnitAround(infoOffset) is not { } unit)
        {
            return null;
        }

        DwarfDie entry = unit.Root;
        for (int depth = 0; depth < MaxDepth; depth++)
        {
            DwarfDie? inner = null;
            foreach (DwarfDie child in entry.EnumerateChildren())
            {
                if (child.InfoOffset > infoOffset)
                {
                    break;
                }

                inner = child;
            }

            if (inner is not { } next)
            {
                return entry;
            }

            entry = next;
        }

        return entry;
    }

    private static void WriteAddress(Span<byte> destination, ulong address, bool isBigEndian)
    {
        if (destination.Length == 4)
        {
            uint narrow = unchecked((uint)address);
            BinaryPrimitives.WriteUInt32LittleEndian(destination, isBigEndian ? BinaryPrimitives.ReverseEndianness(narrow) : narrow);
            return;
        }

        BinaryPrimitives.WriteUInt64LittleEndian(destination, isBigEndian ? BinaryPrimitives.ReverseEndianness(address) : address);
    }
}
