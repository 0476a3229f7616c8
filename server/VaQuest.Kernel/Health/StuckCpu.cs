// StuckCpu: a CPU that did not schedule.
namespace VaQuest.Kernel.Health;

/// <summary>A CPU on which the watchdog's job did not run.</summary>
/// <param name="Cpu">Its number.</param>
/// <param name="Seconds">For how long, in units of 2^30 ns, which are 1.07 s.</param>
/// <param name="Limit">Seconds after which this kernel calls it a soft lockup.</param>
public sealed record StuckCpu(int Cpu, long Seconds, long Limit);
