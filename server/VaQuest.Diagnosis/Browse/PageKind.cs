// PageKind: what a client may know about a kind of page before it asks for one.
namespace VaQuest.Diagnosis.Browse;

/// <summary>A kind of page, for the command line's help and the editor's tree.</summary>
/// <param name="Name">Verb and part of the document's address.</param>
/// <param name="Description">One sentence.</param>
/// <param name="Argument">What may follow, or null.</param>
/// <param name="IsArgumentNeeded">True when the argument must be given.</param>
public sealed record PageKind(string Name, string Description, string? Argument, bool IsArgumentNeeded);
