// TailCallStep: a function that left no frame.
using VaQuest.Binary;

namespace VaQuest.Kernel.Unwind;

/// <summary>A function that was entered and jumped away.</summary>
/// <param name="Function">Its start.</param>
/// <param name="Site">First byte behind its jump; null when it is not known which of its jumps it was.</param>
internal sealed record TailCallStep(VirtAddr Function, VirtAddr? Site);
