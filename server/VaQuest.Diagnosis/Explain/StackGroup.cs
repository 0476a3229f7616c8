// StackGroup: tasks whose stacks are alike.
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Explain;

/// <summary>A group of like stacks; never empty.</summary>
/// <param name="Functions">What they have in common, innermost first.</param>
/// <param name="Stacks">The stacks; the first stands for all.</param>
public sealed record StackGroup(IReadOnlyList<string> Functions, IReadOnlyList<StackTrace> Stacks);
