// SadumpCpus: the registers that firmware saved in an sadump.
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.Sadump;

/// <summary>The sub header: its size in 4 bytes, 16 bytes of interrupt controller for each CPU, then 1024 bytes of SMRAM state for each.</summary>
internal static class SadumpCpus
{
    private const int ApicBytes = 16;
    private const int StateBytes = 1024;

    private static readonly (string Name, int At)[] s_registers =
    [
        ("r15", 796), ("r14", 804), ("r13", 812), ("r12", 820), ("r11", 828), ("r10", 836), ("r9", 844), ("r8", 852), ("rax", 860), ("rcx", 868),
        ("rdx", 876), ("rbx", 884), ("rsp", 892), ("rbp", 900), ("rsi", 908), ("rdi", 916), ("rip", 984), ("rflags", 1000),
    ];

    /// <summary>Reads all CPUs that are in the file.</summary>
    public static void Read(ByteCursor cursor, long at, uint cpus, List<CpuNote> notes, List<QemuCpuState> states)
    {
        for (int i = 0; i < cpus; i++)
        {
            cursor.Position = at + 4 + (cpus * (long)ApicBytes) + (i * (long)StateBytes);
            byte[] state = cursor.Peek(StateBytes).ToArray();
            if (state.Length < StateBytes)
            {
                return;
            }

            ulong Wide(int offset) => System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(state.AsSpan(offset));
            uint Narrow(int offset) => System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(state.AsSpan(offset));
            var registers = new X86Registers();
            foreach ((string name, int offset) in s_registers)
            {
                registers[name] = Wide(offset);
            }

            ulong idt = ((ulong)Narrow(472) << 32) | Narrow(660);
            notes.Add(new CpuNote(i, i + 1, registers.ToArray()));
            states.Add(new QemuCpuState(
                i, registers["rip"], registers["rsp"], Wide(1016), Cr2: 0, Cr3: Wide(1008), Cr4: Narrow(576), GsBase: 0, idt, GdtBase: 0, KernelGsBase: 0));
        }
    }
}
