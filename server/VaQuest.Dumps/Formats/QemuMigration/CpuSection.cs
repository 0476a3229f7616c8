// CpuSection: the registers of one x86 CPU in a migration stream.
using System.Buffers.Binary;
using VaQuest.Binary;

namespace VaQuest.Dumps.Formats.QemuMigration;

/// <summary>
/// Decodes device "cpu" of x86 machines (QEMU: target/i386/machine.c, vmstate_x86_cpu); values are big-endian, of 4 bytes in qemu-system-i386 and of
/// 8 in qemu-system-x86_64. Other machines' CPUs are not decoded.
/// </summary>
internal sealed class CpuSection
{
    private const ulong LongModeActive = 1 << 10;

    /// <summary>Places of rax rcx rdx rbx rsp rbp rsi rdi r8–r15 in user_regs_struct of x86_64 and of i386.</summary>
    private static readonly int[] s_places64 = [10, 11, 12, 5, 19, 4, 13, 14, 9, 8, 7, 6, 3, 2, 1, 0];

    private static readonly int[] s_places32 = [6, 1, 2, 0, 15, 5, 3, 4];

    private readonly CpuLayout _layout;
    private readonly byte[] _data;

    private CpuSection(CpuLayout layout, byte[] data)
    {
        _layout = layout;
        _data = data;
    }

    /// <summary>False when the CPU was not in long mode: the guest's kernel is a 32-bit one.</summary>
    public bool IsLongMode => _layout.Find("env.efer") is null ? Word == 8 : (At("env.efer") & LongModeActive) != 0;

    private int Word => _layout.Find("env.regs")!.Value.Size;

    /// <summary>Decodes the data, or returns null when the layout is not that of an x86 CPU.</summary>
    public static CpuSection? Decode(CpuLayout layout, byte[] data)
    {
        bool isX86 = layout.Find("env.regs") is { Size: 4 or 8, Count: 8 or 16 } && layout.Find("env.eip") is { Size: 4 or 8 }
            && layout.Find("env.segs") is { Size: 16 or 20, Count: 6 } && layout.Find("env.idt") is { Size: 16 or 20 }
            && layout.Find("env.gdt") is { Size: 16 or 20 } && layout.Find("env.cr[3]") is { Size: 4 or 8 } && data.Length >= layout.Bytes;
        return isX86 ? new CpuSection(layout, data) : null;
    }

    public QemuCpuState ToState() => new(
        _layout.Instance,
        Rip: At("env.eip"),
        Rsp: At("env.regs", 4),
        Cr0: At("env.cr[0]"),
        Cr2: At("env.cr[2]"),
        Cr3: At("env.cr[3]"),
        Cr4: At("env.cr[4]"),
        GsBase: SegmentBase("env.segs", 5),
        IdtBase: SegmentBase("env.idt"),
        GdtBase: SegmentBase("env.gdt"),
        KernelGsBase: At("env.kernelgsbase"));

    /// <summary>The registers in the order of a register note. The pid is the CPU's index + 1, as QEMU writes it.</summary>
    public CpuNote ToNote(bool is64) => new(_layout.Instance, _layout.Instance + 1, is64 ? Registers64() : Registers32());

    private byte[] Registers64()
    {
        byte[] note = new byte[27 * 8];
        for (int i = 0; i < s_places64.Length; i++)
        {
            Put64(note, s_places64[i], At("env.regs", i));
        }

        Put64(note, 16, At("env.eip"));
        Put64(note, 17, Selector(1));
        Put64(note, 18, At("env.eflags"));
        Put64(note, 20, Selector(2));
        Put64(note, 21, SegmentBase("env.segs", 4));
        Put64(note, 22, SegmentBase("env.segs", 5));
        Put64(note, 23, Selector(3));
        Put64(note, 24, Selector(0));
        Put64(note, 25, Selector(4));
        Put64(note, 26, Selector(5));
        return note;
    }

    private byte[] Registers32()
    {
        byte[] note = new byte[17 * 4];
        for (int i = 0; i < s_places32.Length; i++)
        {
            Put32(note, s_places32[i], At("env.regs", i));
        }

        Put32(note, 7, Selector(3));
        Put32(note, 8, Selector(0));
        Put32(note, 9, Selector(4));
        Put32(note, 10, Selector(5));
        Put32(note, 12, At("env.eip"));
        Put32(note, 13, Selector(1));
        Put32(note, 14, At("env.eflags"));
        Put32(note, 16, Selector(2));
        return note;
    }

    private static void Put64(byte[] note, int index, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(note.AsSpan(index * 8), value);

    private static void Put32(byte[] note, int index, ulong value) => BinaryPrimitives.WriteUInt32LittleEndian(note.AsSpan(index * 4), unchecked((uint)value));

    /// <summary>Element of a field of words; 0 when the field is not there.</summary>
    private ulong At(string name, int index = 0) =>
        _layout.Find(name) is { } field && index < field.Count && field.Size is 4 or 8 ? Number(field.Offset + (index * field.Size), field.Size) : 0;

    /// <summary>A segment is {selector of 4 bytes, base of a word, limit and flags of 4 bytes each}, in the order es cs ss ds fs gs.</summary>
    private ulong Selector(int segment) => Number(_layout.Find("env.segs")!.Value.Offset + (segment * _layout.Find("env.segs")!.Value.Size), 4);

    private ulong SegmentBase(string name, int index = 0)
    {
        (int offset, int size, int _) = _layout.Find(name)!.Value;
        return Number(offset + (index * size) + 4, size - 12);
    }

    private ulong Number(int offset, int size)
    {
        var reader = new SpanReader(_data, bigEndian: true) { Position = offset };
        return reader.ReadUInt(size);
    }
}
