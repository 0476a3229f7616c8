// Column: one column of a page's table.
namespace VaQuest.Diagnosis.Browse;

/// <summary>A column.</summary>
/// <param name="Key">Name in JSON, camelCase, stable.</param>
/// <param name="Heading">Name in text; an empty heading leaves the column out of the text.</param>
/// <param name="IsRight">True for numbers, which are aligned to the right.</param>
public sealed record Column(string Key, string Heading, bool IsRight = false);
