// CpuRegisters: the registers a CPU had when it stopped, and where they were found.
namespace VaQuest.Kernel.Cpus;

/// <summary>One CPU's registers at the crash.</summary>
/// <param name="Cpu">CPU number.</param>
/// <param name="Values">Raw register set in the order of the architecture's user_regs_struct.</param>
/// <param name="Origin">How the CPU's number is known, in words.</param>
public sealed record CpuRegisters(int Cpu, ReadOnlyMemory<byte> Values, string Origin);
