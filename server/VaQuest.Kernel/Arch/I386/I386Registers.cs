// I386Registers: a register set of i386 as a note or struct pt_regs has it.
using System.Buffers.Binary;

namespace VaQuest.Kernel.Arch.I386;

/// <summary>The 17 words of user_regs_struct, which are struct pt_regs (arch/x86/include/asm/ptrace.h). Immutable.</summary>
internal sealed class I386Registers
{
    public const int Bp = 5;
    public const int Ip = 12;
    public const int Cs = 13;
    public const int Sp = 15;
    public const int Ss = 16;

    /// <summary>Registers in struct pt_regs.</summary>
    public const int Count = 17;

    public const int Bytes = Count * 4;

    private readonly uint[] _values = new uint[Count];

    private I386Registers()
    {
    }

    public uint this[int register] => _values[register];

    public bool IsUserMode => (_values[Cs] & 3) == 3;

    /// <summary>From at least <see cref="Bytes"/> bytes.</summary>
    public static I386Registers Decode(ReadOnlySpan<byte> bytes)
    {
        var registers = new I386Registers();
        for (int i = 0; i < Count; i++)
        {
            registers._values[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(i * 4)..]);
        }

        return registers;
    }

    /// <summary>The registers by name.</summary>
    public KeyValuePair<string, ulong>[] ToList(IReadOnlyList<string> names)
    {
        var list = new KeyValuePair<string, ulong>[Count];
        for (int i = 0; i < Count; i++)
        {
            list[i] = new KeyValuePair<string, ulong>(names[i], _values[i]);
        }

        return list;
    }
}
