// ScopeLines: the source lines of a function or block.
using VaQuest.Binary;

namespace VaQuest.DebugInfo.Dwarf.Variables;

/// <summary>Lines of one file, both included.</summary>
/// <param name="File">As debug information names it.</param>
/// <param name="First">1-based.</param>
/// <param name="Last">1-based.</param>
public sealed record ScopeLines(string File, int First, int Last)
{
    /// <summary>
    /// The lines of the code of a function, inlined call or block, from the function's declaration on when that is in the same file; null when
    /// no line is known. Never throws on data.
    /// </summary>
    /// <param name="scope">The entry.</param>
    public static ScopeLines? Find(DwarfDie scope)
    {
        try
        {
            VariableAttributes declared = VariableAttributes.Read(scope);
            LineTable lines = scope.Unit.Lines;
            var ranges = new RangeBuffer();
            scope.Unit.AppendRanges(scope.Find(DwarfAttribute.LowPc), scope.Find(DwarfAttribute.HighPc), scope.Find(DwarfAttribute.Ranges), ranges);
            int file = declared.FileUnit == scope.Unit ? declared.File : -1;
            int first = declared.Line > 0 ? declared.Line : int.MaxValue;
            int last = declared.Line;
            for (int i = 0; i < ranges.Count; i++)
            {
                lines.Visit(ranges.Low(i), ranges.High(i), (in LineRow row) =>
                {
                    file = file < 0 ? row.File : file;
                    if (row.File == file && row.Line > 0)
                    {
                        first = declared.Line > 0 ? first : Math.Min(first, row.Line);
                        last = Math.Max(last, row.Line);
                    }
                });
            }

            return file >= 0 && last > 0 && first <= last && lines.FileName(file) is { } name ? new ScopeLines(name, first, last) : null;
        }
        catch (DumpFormatException error)
        {
            scope.Unit.Image.Report(error);
            return null;
        }
    }
}
