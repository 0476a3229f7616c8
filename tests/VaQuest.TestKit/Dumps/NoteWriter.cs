// NoteWriter: writes ELF notes for test dumps.
using System.Text;

namespace VaQuest.TestKit.Dumps;

/// <summary>Builds a note area: name and data padded to 4 bytes, as the kernel and QEMU write them.</summary>
public sealed class NoteWriter(bool bigEndian = false)
{
    private readonly WireWriter _bytes = new(bigEndian);

    /// <summary>A small VMCOREINFO that a kernel could have written.</summary>
    public const string SampleVmcoreinfo =
        "OSRELEASE=6.1.0-test\nPAGESIZE=4096\nSYMBOL(_stext)=ffffffff81000000\nOFFSET(list_head.next)=0\nSIZE(list_head)=16\n"
        + "NUMBER(phys_base)=-645922816\nKERNELOFFSET=2a800000\n";

    public NoteWriter Add(string name, uint type, ReadOnlySpan<byte> descriptor)
    {
        byte[] owner = Encoding.ASCII.GetBytes(name + "\0");
        _bytes.U32((uint)owner.Length).U32((uint)descriptor.Length).U32(type).Bytes(owner).Align(4).Bytes(descriptor).Align(4);
        return this;
    }

    public NoteWriter AddVmcoreinfo(string text = SampleVmcoreinfo) => Add("VMCOREINFO", 0, Encoding.ASCII.GetBytes(text));

    /// <summary>
    /// NT_PRSTATUS of a 64-bit architecture: pr_pid at 32, registers from 112.
    /// </summary>
    /// <param name="processId">pr_pid.</param>
    /// <param name="size">sizeof(struct elf_prstatus): 336 on x86_64.</param>
    /// <param name="registers">Register values in the architecture's order.</param>
    public NoteWriter AddPrStatus64(int processId, int size, params ulong[] registers)
    {
        var status = new WireWriter(bigEndian);
        status.Zeros(size);
        status.At(32).I32(processId).At(112);
        foreach (ulong register in registers)
        {
            status.U64(register);
        }

        return Add("CORE", 1, status.ToArray());
    }

    /// <summary>NT_PRSTATUS of a 32-bit architecture: pr_pid at 24, registers from 72.</summary>
    public NoteWriter AddPrStatus32(int processId, int size, params uint[] registers)
    {
        var status = new WireWriter(bigEndian, 4);
        status.Zeros(size);
        status.At(24).I32(processId).At(72);
        foreach (uint register in registers)
        {
            status.U32(register);
        }

        return Add("CORE", 1, status.ToArray());
    }

    /// <summary>QEMU's CPU state, version 1, 440 bytes, with the given control registers and IDT.</summary>
    public NoteWriter AddQemu(ulong rip, ulong cr3, ulong idtBase, uint version = 1)
    {
        var state = new WireWriter();
        state.U32(version).U32(440).Zeros(432);
        state.At(136).U64(rip).At(384).U64(idtBase).At(416).U64(cr3);
        return Add("QEMU", 0, state.ToArray());
    }

    /// <summary>The zero header with which the kernel ends each CPU's buffer, and more padding.</summary>
    public NoteWriter AddPadding(int bytes)
    {
        _bytes.Zeros(bytes);
        return this;
    }

    public byte[] ToArray() => _bytes.ToArray();
}
