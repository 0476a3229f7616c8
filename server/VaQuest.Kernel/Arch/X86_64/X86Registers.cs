// X86Registers: a register set as a note or struct pt_regs has it, possibly with parts unknown.
using System.Buffers.Binary;

namespace VaQuest.Kernel.Arch.X86_64;

/// <summary>
/// The first 21 registers of user_regs_struct, which are struct pt_regs (arch/x86/include/asm/ptrace.h). Immutable.
/// </summary>
internal sealed class X86Registers
{
    public const int R13 = 2;
    public const int Bp = 4;
    public const int R10 = 7;
    public const int Ax = 10;
    public const int Dx = 12;
    public const int Di = 14;
    public const int Ip = 16;
    public const int Cs = 17;
    public const int Flags = 18;
    public const int Sp = 19;
    public const int Ss = 20;

    /// <summary>Registers in struct pt_regs.</summary>
    public const int Count = 21;

    /// <summary>Bytes of struct pt_regs.</summary>
    public const int Bytes = Count * 8;

    /// <summary>Where the part begins that the hardware pushes: ip, cs, flags, sp, ss.</summary>
    public const int HardwareFrameOffset = Ip * 8;

    private readonly ulong?[] _values;

    private X86Registers(ulong?[] values)
    {
        _values = values;
    }

    public ulong? this[int register] => _values[register];

    public ulong InstructionPointer => _values[Ip] ?? 0;

    public ulong StackPointer => _values[Sp] ?? 0;

    /// <summary>True when the interrupted code ran in user mode.</summary>
    public bool IsUserMode => (_values[Cs] & 3) == 3;

    /// <summary>From at least <see cref="Bytes"/> bytes of pt_regs or of a note.</summary>
    public static X86Registers Decode(ReadOnlySpan<byte> bytes)
    {
        var values = new ulong?[Count];
        for (int i = 0; i < Count; i++)
        {
            values[i] = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(i * 8)..]);
        }

        return new X86Registers(values);
    }

    /// <summary>From the 40 bytes that the hardware pushes.</summary>
    public static X86Registers DecodeHardwareFrame(ReadOnlySpan<byte> bytes)
    {
        var values = new ulong?[Count];
        for (int i = Ip; i < Count; i++)
        {
            values[i] = BinaryPrimitives.ReadUInt64LittleEndian(bytes[((i - Ip) * 8)..]);
        }

        return new X86Registers(values);
    }

    public static X86Registers FromValues(IEnumerable<(int Register, ulong Value)> known)
    {
        var values = new ulong?[Count];
        foreach ((int register, ulong value) in known)
        {
            values[register] = value;
        }

        return new X86Registers(values);
    }

    /// <summary>The known registers by name.</summary>
    public IReadOnlyList<KeyValuePair<string, ulong>> ToList(IReadOnlyList<string> names)
    {
        var list = new KeyValuePair<string, ulong>[Count];
        int count = 0;
        for (int i = 0; i < Count; i++)
        {
            if (_values[i] is { } value)
            {
                list[count++] = new KeyValuePair<string, ulong>(names[i], value);
            }
        }

        Array.Resize(ref list, count);
        return list;
    }
}
