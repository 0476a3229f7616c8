// DebugFileSearch: what a search for a debug file gave.
namespace VaQuest.DebugInfo.Lookup;

/// <summary>The file, or none; and every file that was there but refused, with the reason.</summary>
/// <param name="File">The file to use, or null.</param>
/// <param name="Refusals">One sentence for each file that was looked at and not taken.</param>
/// <param name="Sought">What was looked for and where, for the message when nothing was found.</param>
public sealed record DebugFileSearch(DebugFile? File, IReadOnlyList<string> Refusals, string Sought);
