// StackReference: a task whose stack contains a function.
using VaQuest.Kernel.Tasks;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Sessions;

/// <summary>A hit of "which tasks are in this function".</summary>
public sealed record StackReference(KernelTask? Task, int? Cpu, StackFrame Frame);
