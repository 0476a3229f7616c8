// CoverageEntry: one line of what could not be answered about this dump, and why.
namespace VaQuest.Kernel;

/// <summary>How far one area of the kernel could be read.</summary>
/// <param name="Area">What it is about: memory, symbols, types, modules, log, tasks, unwind, …</param>
/// <param name="State">One of <see cref="CoverageState"/>.</param>
/// <param name="Reason">One sentence for the user.</param>
public sealed record CoverageEntry(string Area, string State, string Reason);
