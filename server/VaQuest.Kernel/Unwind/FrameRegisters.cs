// FrameRegisters: what is known of the registers in one physical frame, by DWARF number, and where the others were lost.
using VaQuest.Binary;

namespace VaQuest.Kernel.Unwind;

/// <summary>
/// Register values as the function of this frame would see them again after its callee returned. Numbers are those of DWARF for the
/// architecture (x86-64 psABI, figure 3.36: 0 rax, 1 rdx, 2 rcx, 3 rbx, 4 rsi, 5 rdi, 6 rbp, 7 rsp, 8 to 15 r8 to r15, 16 the return address).
/// Immutable; a stack's registers are recovered when the first of them is asked for.
/// </summary>
public sealed class FrameRegisters
{
    private readonly IReadOnlyList<ulong?> _values = [];
    private readonly IReadOnlyList<int?> _lostAt = [];
    private readonly VirtAddr? _cfa;
    private readonly StackRegisters? _stack;
    private readonly int _index;

    /// <param name="values">Values by DWARF number; null where not known.</param>
    /// <param name="lostAt">For each register that is not known, the index of the physical frame whose code no longer had it; null when that is not known.</param>
    /// <param name="cfa">The canonical frame address: the stack pointer in the caller before the call; null when not known.</param>
    public FrameRegisters(IReadOnlyList<ulong?> values, IReadOnlyList<int?> lostAt, VirtAddr? cfa)
    {
        _values = values;
        _lostAt = lostAt;
        _cfa = cfa;
    }

    /// <param name="stack">Where the registers come from when they are asked for.</param>
    /// <param name="index">Index of the frame among the physical frames of the stack.</param>
    internal FrameRegisters(StackRegisters stack, int index)
    {
        _stack = stack;
        _index = index;
    }

    /// <summary>The canonical frame address of this frame, or null.</summary>
    public VirtAddr? Cfa => _stack is null ? _cfa : _stack.Find(_index)?.Cfa;

    /// <summary>The same registers with the canonical frame address, which is known only when the frame has been left.</summary>
    internal FrameRegisters With(VirtAddr cfa) => new(_values, _lostAt, cfa);

    /// <summary>The value of a register, or null when it is not known; also for numbers that the architecture does not have.</summary>
    public ulong? Find(int dwarfRegister) => _stack is not null ? _stack.Find(_index)?.Find(dwarfRegister)
        : (uint)dwarfRegister < (uint)_values.Count ? _values[dwarfRegister] : null;

    /// <summary>The index, among the physical frames of the stack, of the frame in which the register was lost; null when it is known or never was.</summary>
    public int? FindLossFrame(int dwarfRegister)
    {
        if (_stack is not null)
        {
            return _stack.Find(_index)?.FindLossFrame(dwarfRegister);
        }

        return Find(dwarfRegister) is null && (uint)dwarfRegister < (uint)_lostAt.Count ? _lostAt[dwarfRegister] : null;
    }
}
