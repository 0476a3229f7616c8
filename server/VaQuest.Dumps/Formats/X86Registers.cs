// X86Registers: puts registers that hypervisors and firmware record one by one into the order of a register note.
using System.Buffers.Binary;

namespace VaQuest.Dumps.Formats;

/// <summary>A register note of x86_64 being filled: struct user_regs_struct (arch/x86/include/asm/user_64.h).</summary>
internal sealed class X86Registers
{
    private const int Count = 27;

    private static readonly string[] s_names =
    [
        "r15", "r14", "r13", "r12", "rbp", "rbx", "r11", "r10", "r9", "r8", "rax", "rcx", "rdx", "rsi", "rdi", "orig_rax", "rip", "cs",
        "rflags", "rsp", "ss", "fs_base", "gs_base", "ds", "es", "fs", "gs",
    ];

    private readonly ulong[] _values = new ulong[Count];

    public ulong this[string name]
    {
        get => _values[Array.IndexOf(s_names, name)];
        set => _values[Array.IndexOf(s_names, name)] = value;
    }

    /// <summary>The bytes of the note's registers.</summary>
    public byte[] ToArray()
    {
        byte[] bytes = new byte[Count * 8];
        for (int i = 0; i < Count; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(i * 8), _values[i]);
        }

        return bytes;
    }
}
