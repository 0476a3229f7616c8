// Page: a document about one part of the crashed kernel, as data.
namespace VaQuest.Diagnosis.Browse;

/// <summary>What a verb prints, as text or JSON, and an editor shows as a document.</summary>
/// <param name="Name">The verb: "mounts".</param>
/// <param name="Title">First line of the text.</param>
/// <param name="Tables">The parts, in order.</param>
public sealed record Page(string Name, string Title, IReadOnlyList<Table> Tables);
