// X86RegisterFile: the registers of the frame that a walk stands in, by DWARF number, and where the missing ones were lost.
using VaQuest.Kernel.Unwind;

namespace VaQuest.Kernel.Arch.X86_64;

/// <summary>The sixteen general registers and rip, numbered as in the x86-64 psABI (figure 3.36). One walk's workspace.</summary>
internal sealed class X86RegisterFile
{
    public const int Rbx = 3;
    public const int Rbp = 6;
    public const int Rsp = 7;
    public const int R12 = 12;
    public const int R15 = 15;
    public const int Rip = 16;
    public const int Count = 17;

    /// <summary>Where each register is in struct pt_regs.</summary>
    private static readonly int[] s_places = [10, 12, 11, 5, 13, 14, 4, 19, 9, 8, 7, 6, 3, 2, 1, 0, 16];

    private readonly ulong?[] _values = new ulong?[Count];
    private readonly int?[] _lostAt = new int?[Count];

    /// <summary>The value, or null when it is not known.</summary>
    public ulong? this[int register] => (uint)register < Count ? _values[register] : null;

    /// <summary>True for registers that a function must give back unchanged (psABI 3.2.1), rbp and rsp apart, which a walk follows itself.</summary>
    public static bool IsCalleeSaved(int register) => register is Rbx or >= R12 and <= R15;

    public static string NameOf(int register) => X86Architecture.Descriptor.RegisterNames[s_places[register]];

    /// <summary>Takes over a register set; what it lacks was lost in a frame, or never known when that is null.</summary>
    public void Load(X86Registers set, int? lostAt)
    {
        for (int i = 0; i < Count; i++)
        {
            Put(i, set[s_places[i]], lostAt);
        }
    }

    /// <summary>Sets a register, or says in which frame it was lost.</summary>
    public void Put(int register, ulong? value, int? lostAt)
    {
        // What was lost before stays lost where it was lost first.
        _lostAt[register] = value is not null ? null : _values[register] is null ? _lostAt[register] ?? lostAt : lostAt;
        _values[register] = value;
    }

    /// <summary>The registers as they are now, for the frame that the walk stands in.</summary>
    public FrameRegisters Snapshot() => new([.. _values], [.. _lostAt], null);

    /// <summary>A register by its place in struct pt_regs, of a set that was saved before.</summary>
    public static ulong? FindIn(X86Registers set, int register) => set[s_places[register]];
}
