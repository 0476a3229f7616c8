// TailCallEdge: one jump from a function to another that stands for a call.
namespace VaQuest.Kernel.Unwind;

/// <summary>A tail call.</summary>
/// <param name="Function">Start of the function that jumps, run-time address.</param>
/// <param name="Site">First byte behind the jump.</param>
/// <param name="Target">Start of the function that is jumped to; null when the jump goes through a pointer.</param>
internal sealed record TailCallEdge(ulong Function, ulong Site, ulong? Target);
