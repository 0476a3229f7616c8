// XenRegisters: the registers of a Xen guest's virtual CPUs.
using VaQuest.Dumps.Notes;

namespace VaQuest.Dumps.Formats.Xen;

/// <summary>
/// vcpu_guest_context (xen/include/public/arch-x86/xen.h), one after the other in .xen_prstatus: 512 bytes of floating point state, flags,
/// then the user registers. Other architectures' are not read.
/// </summary>
internal static class XenRegisters
{
    /// <summary>Size of the context on x86_64 and i386.</summary>
    private const int X64Bytes = 5168;

    private const int I386Bytes = 2800;

    /// <summary>More virtual CPUs than Xen gives a guest.</summary>
    private const ulong MaxCpus = 4096;

    /// <summary>
    /// Where each register of the note comes from, in the order of user_regs_struct: r15 … rdi, orig_rax (none), rip, cs, eflags, rsp, ss,
    /// fs_base, gs_base, ds, es, fs, gs; offset and size in bytes.
    /// </summary>
    private static readonly (int At, int Size)[] s_x64 =
    [
        (520, 8), (528, 8), (536, 8), (544, 8), (552, 8), (560, 8), (568, 8), (576, 8), (584, 8), (592, 8), (600, 8), (608, 8), (616, 8), (624, 8),
        (632, 8), (0, 0), (648, 8), (656, 2), (664, 8), (672, 8), (680, 2), (5144, 8), (5152, 8), (696, 2), (688, 2), (704, 2), (712, 2),
    ];

    /// <summary>ebx … eax, ds, es, fs, gs, orig_eax (none), eip, cs, eflags, esp, ss.</summary>
    private static readonly (int At, int Size)[] s_i386 =
    [
        (516, 4), (520, 4), (524, 4), (528, 4), (532, 4), (536, 4), (540, 4), (572, 2), (568, 2), (576, 2), (580, 2), (0, 0), (548, 4), (552, 2),
        (556, 4), (560, 4), (564, 2),
    ];

    public static IReadOnlyList<CpuNote> Read(DumpInput input, XenSection? section, Machine? machine, ulong cpuCount)
    {
        (int contextBytes, (int At, int Size)[] places) = machine?.Name switch
        {
            "x86_64" => (X64Bytes, s_x64),
            "i386" => (I386Bytes, s_i386),
            _ => (0, []),
        };
        if (section is null || contextBytes == 0)
        {
            return [];
        }

        ulong count = Math.Min(Math.Min(cpuCount, MaxCpus), section.Size / (ulong)contextBytes);
        var cpus = new List<CpuNote>();
        byte[] context = new byte[contextBytes];
        for (ulong i = 0; i < count; i++)
        {
            long at = (long)section.Offset + ((long)i * contextBytes);
            if (input.Source.ReadSome(at, context, "a virtual CPU's registers") < context.Length)
            {
                input.IsCut = true;
                input.Warn($"the file ends inside the registers of virtual CPU {i}; those from it on are missing");
                break;
            }

            cpus.Add(new CpuNote((int)i, 0, ToNote(context, places, machine!)));
        }

        return cpus;
    }

    private static byte[] ToNote(byte[] context, (int At, int Size)[] places, Machine machine)
    {
        byte[] note = new byte[machine.RegisterBytes];
        for (int i = 0; i < places.Length; i++)
        {
            context.AsSpan(places[i].At, places[i].Size).CopyTo(note.AsSpan(i * machine.WordSize));
        }

        return note;
    }
}
