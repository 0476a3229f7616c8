// TextSection: a foldable, outlined part of a document.
namespace VaQuest.Diagnosis.Text;

/// <summary>A section; sections nest by their line ranges.</summary>
/// <param name="Title">Outline text.</param>
/// <param name="Detail">Short addition for the outline, or empty.</param>
/// <param name="Kind">Which kind of part it is.</param>
/// <param name="StartLine">0-based first line: the heading.</param>
/// <param name="EndLine">0-based last line, inclusive.</param>
/// <param name="Level">0 for top-level sections.</param>
public sealed record TextSection(string Title, string Detail, SectionKind Kind, int StartLine, int EndLine, int Level);
