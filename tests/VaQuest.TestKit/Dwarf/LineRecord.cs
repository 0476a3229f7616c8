// LineRecord: one row of a line program that a test asks for.
namespace VaQuest.TestKit.Dwarf;

/// <param name="Address">Where the row begins.</param>
/// <param name="File">File number as the version counts them.</param>
public sealed record LineRecord(ulong Address, int File, int Line, int Column = 0);
