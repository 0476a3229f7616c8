// VmssCpu: what a VMware suspend file records of one CPU.
namespace VaQuest.Dumps.Formats.VMware;

/// <summary>One virtual CPU, filled tag by tag.</summary>
internal sealed class VmssCpu(int index)
{
    public int Index => index;

    public X86Registers Registers { get; } = new();

    public ulong Cr0 { get; set; }

    public ulong Cr2 { get; set; }

    public ulong Cr3 { get; set; }

    public ulong Cr4 { get; set; }

    public ulong IdtBase { get; set; }

    public CpuNote ToNote() => new(index, index + 1, Registers.ToArray());

    public QemuCpuState ToState() => new(
        index, Registers["rip"], Registers["rsp"], Cr0, Cr2, Cr3, Cr4, GsBase: 0, IdtBase, GdtBase: 0, KernelGsBase: 0);
}
