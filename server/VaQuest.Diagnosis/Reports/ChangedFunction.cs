// ChangedFunction: a function whose code in memory is not that of the kernel's file.
using VaQuest.Kernel.Health;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Reports;

/// <summary>A function of the panic stack.</summary>
/// <param name="Frame">Its frame.</param>
/// <param name="Differences">Where its bytes differ; never empty.</param>
public sealed record ChangedFunction(StackFrame Frame, IReadOnlyList<TextDifference> Differences);
