// EvaluationScope: whose names and whose CPU an expression means.
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Values.Expressions;

/// <summary>The context of an expression; without a frame only symbols have names.</summary>
/// <param name="Stack">A stack, or null.</param>
/// <param name="Frame">Index of a frame of the stack whose variables have names, or null.</param>
/// <param name="Cpu">The CPU that this_cpu() means; null for the stack's, or the one that crashed.</param>
public sealed record EvaluationScope(StackTrace? Stack = null, int? Frame = null, int? Cpu = null);
