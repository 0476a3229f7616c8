// PageSource: one kind of page: its verb, its argument, and who makes it.
namespace VaQuest.Diagnosis.Browse;

/// <summary>A kind of page.</summary>
/// <param name="Name">Verb and part of the document's address: lower-case letters and hyphens.</param>
/// <param name="Description">Help of the verb, one sentence.</param>
/// <param name="Argument">What may follow the dump, as the help names it ("PID"); null when nothing may.</param>
/// <param name="IsArgumentNeeded">True when the argument must be given.</param>
/// <param name="Read">
/// Makes the page from the argument (null when not given). Throws <see cref="Binary.DumpFormatException"/> with one sentence only when it can
/// show nothing at all, as when there is no such task; everything else that is missing is an absent cell or a note.
/// </param>
internal sealed record PageSource(
    string Name, string Description, string? Argument, bool IsArgumentNeeded, Func<PageContext, string?, CancellationToken, Page> Read);
