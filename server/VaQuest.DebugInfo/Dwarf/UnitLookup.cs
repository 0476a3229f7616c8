// UnitLookup: puts functions, inlined calls and lines of one address together.
using VaQuest.Binary;
using VaQuest.Binary.Elf;
using VaQuest.DebugInfo.Lines;

namespace VaQuest.DebugInfo.Dwarf;

/// <summary>Answers for one address of one unit.</summary>
internal static class UnitLookup
{
    // Inlining chains are some tens long; parents precede their children, so this only bounds the list.
    private const int MaxFrames = 1024;

    /// <param name="unit">The unit that covers the address.</param>
    /// <param name="address">Address as the debug information has it.</param>
    /// <param name="origin">What to take off the addresses of the answer (a section's made-up address).</param>
    public static SourceFrames? Find(DwarfUnit unit, ulong address, ulong origin)
    {
        SourceLocation? place = FindPlace(unit, address);
        try
        {
            FunctionTable functions = unit.Functions;
            int range = functions.Find(address);
            if (range >= 0)
            {
                InlineTree tree = functions.TreeOf(range);
                return new SourceFrames(
                    Chain(tree, tree.Find(address), place), unchecked(tree.EntryPc - origin), unchecked(functions.RangeEnd(range) - origin));
            }
        }
        catch (DumpFormatException error)
        {
            unit.Image.Report(error);
        }

        return place is null ? null : NameBySymbol(unit.Image, address, origin, place);
    }

    // Assembly, and a few functions that compilers leave out, have lines but no function entry: the file's symbols name them.
    private static SourceFrames NameBySymbol(DwarfImage image, ulong address, ulong origin, SourceLocation place)
    {
        ulong here = unchecked(address - origin);
        uint? section = image.Sections.Layout.SectionAt(origin);
        ElfSymbolTable symbols = image.Elf.Symbols;
        return symbols.FindByAddress(here, section) is { } symbol
            ? new SourceFrames([new SourceFrame(symbols.NameOf(symbol), place, false)], symbol.Value,
                symbol.Size == 0 ? here + 1 : unchecked(symbol.Value + symbol.Size))
            : new SourceFrames([new SourceFrame("", place, false)], here, here + 1);
    }

    private static SourceFrame[] Chain(InlineTree tree, int innermost, SourceLocation? place)
    {
        int count = 1;
        for (int node = innermost; node != InlineTree.Function && count < MaxFrames; node = tree.ParentOf(node))
        {
            count++;
        }

        var frames = new SourceFrame[count];
        frames[0] = new SourceFrame(tree.NameOf(innermost), place, innermost != InlineTree.Function);
        int at = innermost;
        for (int i = 1; i < count; i++)
        {
            frames[i] = tree.CallerOf(at);
            at = tree.ParentOf(at);
        }

        return frames;
    }

    private static SourceLocation? FindPlace(DwarfUnit unit, ulong address)
    {
        try
        {
            LineTable lines = unit.Lines;
            return lines.TryFind(address, out LineRow row) && lines.FileName(row.File) is { } file
                ? new SourceLocation(file, row.Line, row.Column, unit.CompilationDirectory)
                : null;
        }
        catch (DumpFormatException error)
        {
            unit.Image.Report(error);
            return null;
        }
    }
}
