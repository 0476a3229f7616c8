// StackPlace: whose stack an address is on.
using VaQuest.Kernel.Tasks;

namespace VaQuest.Kernel.Unwind;

/// <summary>A stack that holds an address.</summary>
/// <param name="Region">The stack.</param>
/// <param name="Task">Whose it is; null for the stacks of CPUs.</param>
/// <param name="Cpu">The CPU whose interrupt, exception or entry stack it is; null for stacks of tasks.</param>
public sealed record StackPlace(StackRegion Region, KernelTask? Task, int? Cpu);
