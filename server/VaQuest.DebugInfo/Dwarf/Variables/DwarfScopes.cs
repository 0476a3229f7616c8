// DwarfScopes: the entries of the functions at an address, inlined ones too.
using VaQuest.Binary;

namespace VaQuest.DebugInfo.Dwarf.Variables;

/// <summary>The functions whose code an address is in. The same order and number as <see cref="DwarfImage.FindFrames"/> gives.</summary>
/// <param name="Unit">The unit that covers the address.</param>
/// <param name="Pc">The address as the debug information has it: for a relocatable file with its section's made-up address.</param>
/// <param name="Origin">What was added to the address: a section's made-up address, else 0.</param>
/// <param name="Entries">Innermost first; the last is the physical function.</param>
public sealed record DwarfScopes(DwarfUnit Unit, ulong Pc, ulong Origin, IReadOnlyList<DwarfDie> Entries)
{
    private const int MaxDepth = 1024;

    /// <summary>The physical function.</summary>
    public DwarfDie Function => Entries[^1];

    /// <summary>The functions at an address, or null when debug information has none there. Address and section as in <see cref="DwarfImage.FindFrames"/>.</summary>
    public static DwarfScopes? Find(DwarfImage image, ulong address, string? section = null)
    {
        if (image.OriginOf(section) is not { } origin || image.FindUnit(address, section) is not { } unit)
        {
            return null;
        }

        try
        {
            ulong pc = unchecked(address + origin);
            FunctionTable functions = unit.Functions;
            int range = functions.Find(pc);
            if (range < 0)
            {
                return null;
            }

            InlineTree tree = functions.TreeOf(range);
            var entries = new List<DwarfDie>();
            int node = tree.Find(pc);
            while (node != InlineTree.Function && entries.Count < MaxDepth)
            {
                entries.Add(new DwarfDie(unit, tree.PositionOf(node)));
                node = tree.ParentOf(node);
            }

            entries.Add(new DwarfDie(unit, tree.PositionOf(InlineTree.Function)));
            return new DwarfScopes(unit, pc, origin, entries);
        }
        catch (DumpFormatException error)
        {
            image.Report(error);
            return null;
        }
    }
}
