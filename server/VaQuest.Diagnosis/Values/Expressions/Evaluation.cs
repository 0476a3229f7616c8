// Evaluation: what an expression is worth.
using VaQuest.Kernel.Values;

namespace VaQuest.Diagnosis.Values.Expressions;

/// <summary>A value, or the elements of a list or tree.</summary>
/// <param name="Value">The value; of a list its element type only.</param>
/// <param name="Items">The elements of a walked list or tree, or null.</param>
/// <param name="Damage">Where and why a walk stopped early; null when it did not.</param>
public sealed record Evaluation(TypedValue Value, IReadOnlyList<EvaluationItem>? Items, string? Damage);
