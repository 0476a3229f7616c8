// EvaluationItem: one value of an expression that has many.
using VaQuest.Kernel.Values;

namespace VaQuest.Diagnosis.Values.Expressions;

/// <summary>An element of a list or tree.</summary>
/// <param name="Label">Its index or range of indexes, or null for lists.</param>
/// <param name="Value">The element.</param>
public sealed record EvaluationItem(string? Label, TypedValue Value);
