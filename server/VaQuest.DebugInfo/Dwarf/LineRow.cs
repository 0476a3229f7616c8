// LineRow: one row of a line table, compact.
namespace VaQuest.DebugInfo.Dwarf;

/// <summary>A row: it holds from its address to the next row's.</summary>
/// <param name="Delta">Bytes from the start of the row's sequence.</param>
/// <param name="File">File index as the line program numbers it.</param>
/// <param name="Line">Line, 0 when none is attributed.</param>
/// <param name="Column">Column, 0 when unknown.</param>
internal readonly record struct LineRow(uint Delta, int File, int Line, int Column);
