// CpuNote: the registers that a dump recorded for one CPU.
namespace VaQuest.Dumps;

/// <summary>
/// A CPU's registers from an NT_PRSTATUS note (include/linux/elfcore.h, struct elf_prstatus) or an equivalent.
/// </summary>
/// <param name="Index">Place among the notes, from 0. The n-th note belongs to the n-th CPU that was online, not to CPU n.</param>
/// <param name="ProcessId">pr_pid: the task's pid from kdump, CPU index + 1 from QEMU.</param>
/// <param name="Registers">The raw register set in the order of the architecture's user_regs_struct, in the dump's byte order.</param>
public sealed record CpuNote(int Index, int ProcessId, ReadOnlyMemory<byte> Registers)
{
    /// <summary>True when every register is zero: the CPU did not save its state in time.</summary>
    public bool IsEmpty => Registers.Span.IndexOfAnyExcept((byte)0) < 0;
}
