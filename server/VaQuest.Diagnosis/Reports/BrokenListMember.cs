// BrokenListMember: a damaged list entry, named by the expression that leads to it.
using VaQuest.Kernel.Health;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Reports;

/// <summary>A member of an object that a variable points to.</summary>
/// <param name="Expression">As in C: "ring->waiters".</param>
/// <param name="Type">Of the object, as in C: "struct ring".</param>
/// <param name="Frame">The frame whose variable it is.</param>
/// <param name="Link">What is wrong.</param>
public sealed record BrokenListMember(string Expression, string Type, StackFrame Frame, BrokenLink Link);
