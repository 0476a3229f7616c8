// VariableReader: the variables that are in scope at an instruction.
using VaQuest.Binary;

namespace VaQuest.DebugInfo.Dwarf.Variables;

/// <summary>Reads the variables of one function or inlined call, with those of the lexical blocks around an instruction.</summary>
public static class VariableReader
{
    /// <summary>Variables of one function; the largest of a kernel has some hundreds.</summary>
    public const int MaxVariables = 4096;

    // Compilers nest blocks some tens deep.
    private const int MaxBlocks = 256;

    /// <summary>
    /// Parameters in the order of the declaration, then variables, those of inner blocks last: the last of a name hides the others. What only
    /// the abstract function declares was optimised out. Never throws on data: damage ends the list and is reported to the image.
    /// </summary>
    /// <param name="scope">A function or inlined call.</param>
    /// <param name="pc">Address as the debug information has it.</param>
    public static IReadOnlyList<DwarfVariable> Read(DwarfDie scope, ulong pc)
    {
        var found = new List<DwarfVariable>();
        try
        {
            var seen = new HashSet<long>();
            DwarfDie? block = scope;
            for (int depth = 0; depth < MaxBlocks && block is { } current; depth++)
            {
                block = ReadBlock(current, pc, found, seen);
                if (depth == 0 && VariableAttributes.Read(current).Origin is { } origin)
                {
                    AddMissing(origin, scope, found, seen);
                }
            }
        }
        catch (DumpFormatException error)
        {
            scope.Unit.Image.Report(error);
        }

        return Order(found);
    }

    /// <summary>One entry as a variable; null when it is damaged.</summary>
    public static DwarfVariable? ReadOne(DwarfDie entry)
    {
        try
        {
            return new DwarfVariable(entry, entry, VariableAttributes.Read(entry));
        }
        catch (DumpFormatException error)
        {
            entry.Unit.Image.Report(error);
            return null;
        }
    }

    // The inner block that holds the instruction, or null.
    private static DwarfDie? ReadBlock(DwarfDie block, ulong pc, List<DwarfVariable> found, HashSet<long> seen)
    {
        DwarfDie? inner = null;
        foreach (DwarfDie child in block.EnumerateChildren())
        {
            switch (child.Tag)
            {
                case DwarfTag.FormalParameter or DwarfTag.Variable when found.Count < MaxVariables:
                    VariableAttributes attributes = VariableAttributes.Read(child);
                    seen.Add(attributes.Origin?.InfoOffset ?? child.InfoOffset);
                    bool isElsewhere = attributes.IsDeclaration && !attributes.Location.IsPresent;
                    if (!isElsewhere && attributes.Name.Length > 0)
                    {
                        found.Add(new DwarfVariable(child, block, attributes));
                    }

                    break;
                case DwarfTag.LexicalBlock when Covers(child, pc):
                    inner = child;
                    break;
                default:
                    break;
            }
        }

        return inner;
    }

    // Compilers leave variables out of an inlined copy that has nothing of them.
    private static void AddMissing(DwarfDie origin, DwarfDie scope, List<DwarfVariable> found, HashSet<long> seen)
    {
        foreach (DwarfDie child in origin.EnumerateChildren())
        {
            bool isVariable = child.Tag is DwarfTag.FormalParameter or DwarfTag.Variable;
            if (!isVariable || found.Count >= MaxVariables || !seen.Add(child.InfoOffset))
            {
                continue;
            }

            VariableAttributes attributes = VariableAttributes.Read(child);
            if (!attributes.IsDeclaration && attributes.Name.Length > 0)
            {
                found.Add(new DwarfVariable(child, scope, attributes));
            }
        }
    }

    internal static bool Covers(DwarfDie entry, ulong pc)
    {
        var ranges = new RangeBuffer();
        entry.Unit.AppendRanges(entry.Find(DwarfAttribute.LowPc), entry.Find(DwarfAttribute.HighPc), entry.Find(DwarfAttribute.Ranges), ranges);
        for (int i = 0; i < ranges.Count; i++)
        {
            if (pc >= ranges.Low(i) && pc < ranges.High(i))
            {
                return true;
            }
        }

        return false;
    }

    private static DwarfVariable[] Order(List<DwarfVariable> found)
    {
        var ordered = new List<DwarfVariable>(found.Count);
        // Compilers write the arguments of inlined copies backwards; the function that was copied has them in order.
        ordered.AddRange(found.Where(variable => variable.IsParameter).OrderBy(variable => variable.Origin));
        ordered.AddRange(found.Where(variable => !variable.IsParameter));
        return [.. ordered];
    }
}
