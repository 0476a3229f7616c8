// TailCallGap: what lies between a call and the frame it led to.
namespace VaQuest.Kernel.Unwind;

/// <summary>Functions that left no frame.</summary>
/// <param name="Steps">Those that are certain, the one that was called first.</param>
/// <param name="Note">What is not certain, in words; null when everything is.</param>
internal sealed record TailCallGap(IReadOnlyList<TailCallStep> Steps, string? Note);
