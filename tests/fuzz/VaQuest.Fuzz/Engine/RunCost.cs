// RunCost: what one input took.
namespace VaQuest.Fuzz.Engine;

/// <summary>The outcome of one run.</summary>
/// <param name="Wrong">What was wrong, or null.</param>
/// <param name="Time">The shorter of the time on the wall and the processor's: the machine may be busy with something else.</param>
/// <param name="Allocated">Bytes that were allocated.</param>
internal readonly record struct RunCost(string? Wrong, TimeSpan Time, long Allocated);
