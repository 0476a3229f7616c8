// Deadlock: tasks that wait for each other in a circle.
namespace VaQuest.Diagnosis.Explain.Waits;

/// <summary>A circle: each waits for the next, the last for the first.</summary>
/// <param name="Waits">The tasks in that order.</param>
/// <param name="IsCertain">True when the kernel recorded every holder; false when one of them is only consistent with what is known.</param>
/// <param name="Behind">Tasks outside of the circle that wait for it, directly or through others.</param>
public sealed record Deadlock(IReadOnlyList<TaskWait> Waits, bool IsCertain, IReadOnlyList<TaskWait> Behind);
