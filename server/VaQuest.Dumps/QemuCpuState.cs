// QemuCpuState: the x86 control state that QEMU adds to a dump for each virtual CPU.
namespace VaQuest.Dumps;

/// <summary>
/// A QEMU note (name "QEMU", type 0; struct QEMUCPUState of qemu/target/i386/arch_dump.c), version 1. It lets a reader find the kernel's
/// load address without VMCOREINFO.
/// </summary>
/// <param name="Index">Place among the QEMU notes, from 0: the CPU's index.</param>
/// <param name="Rip">Instruction pointer.</param>
/// <param name="Rsp">Stack pointer.</param>
/// <param name="Cr0">Control register 0.</param>
/// <param name="Cr2">Last page-fault address.</param>
/// <param name="Cr3">Physical address of the page tables, with flag bits.</param>
/// <param name="Cr4">Control register 4; bit 12 (LA57) tells 5-level paging.</param>
/// <param name="GsBase">Base of the gs segment: the per-CPU area while in the kernel.</param>
/// <param name="IdtBase">Virtual address of the interrupt descriptor table.</param>
/// <param name="GdtBase">Virtual address of the global descriptor table.</param>
/// <param name="KernelGsBase">MSR_KERNEL_GS_BASE; 0 in older notes and under TCG.</param>
public sealed record QemuCpuState(
    int Index, ulong Rip, ulong Rsp, ulong Cr0, ulong Cr2, ulong Cr3, ulong Cr4, ulong GsBase, ulong IdtBase, ulong GdtBase, ulong KernelGsBase);
