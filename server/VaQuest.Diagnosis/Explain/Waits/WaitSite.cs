// WaitSite: where on its stack a task waits.
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Explain.Waits;

/// <summary>The place of a wait.</summary>
/// <param name="Class">How it waits.</param>
/// <param name="Primitive">The outermost of the kernel's own waiting functions, mutex_lock or the like; null when there is none.</param>
/// <param name="Caller">Who called it; null when the stack does not show it.</param>
/// <param name="IsIo">True when the scheduler was told that it waits for input or output.</param>
internal sealed record WaitSite(WaitClass Class, StackFrame? Primitive, StackFrame? Caller, bool IsIo);
