// KnownValues: the values of registers inside of a function, as far as the registers at one place tell.
namespace VaQuest.Kernel.Code;

/// <summary>
/// From the registers that are known at one instruction to those that other instructions saw: two registers with the same definition have
/// the same value. Immutable.
/// </summary>
public sealed class KnownValues
{
    /// <summary>General registers.</summary>
    private const int Registers = 16;

    /// <summary>Nested look-ups: an address of an address and so on.</summary>
    private const int MaxDepth = 16;

    private readonly ValueFlow _flow;
    private readonly int _place;
    private readonly Func<int, ulong?> _registers;
    private readonly Func<int, ulong?> _entry;
    private readonly List<(RegisterDefinition Root, ulong Value)> _roots = [];

    /// <param name="flow">The function.</param>
    /// <param name="place">Index of the instruction right before which the registers are known.</param>
    /// <param name="registers">Their values by DWARF number, null where not known.</param>
    /// <param name="entry">What a register held when the function was entered, as its caller tells; asked when nothing in the function does.</param>
    public KnownValues(ValueFlow flow, int place, Func<int, ulong?> registers, Func<int, ulong?>? entry = null)
    {
        _entry = entry ?? (_ => null);
        _flow = flow;
        _place = place;
        _registers = registers;
        for (int i = 0; i < Registers; i++)
        {
            if (registers(i) is { } value && flow.FindRoot(place, i) is { } found)
            {
                _roots.Add((found.Root, unchecked(value - (ulong)found.Added)));
            }
        }
    }

    public ValueFlow Flow => _flow;

    /// <summary>The instruction whose registers are known.</summary>
    public int Place => _place;

    /// <summary>What a register held right before an instruction when it was last executed; null when nothing tells.</summary>
    public ulong? Find(int index, int register) => Find(index, register, 0);

    /// <summary>The address of an operand as its instruction saw it; null when nothing tells.</summary>
    /// <param name="index">The instruction.</param>
    /// <param name="operand">One of its operands.</param>
    /// <param name="perCpuBase">Where the CPU's own data begins, or null.</param>
    public ulong? FindAddress(int index, MemoryOperand operand, ulong? perCpuBase) => operand.AddressFrom(register => Find(index, register), perCpuBase);

    /// <summary>What a register held when the function was entered, as far as the function's own registers tell.</summary>
    public ulong? FindAtEntry(int register)
    {
        foreach ((RegisterDefinition root, ulong value) in _roots)
        {
            if (root.Kind == DefinitionKind.Entry && root.Register == register)
            {
                return value;
            }
        }

        return null;
    }

    private ulong? Find(int index, int register, int depth)
    {
        if (index == _place && _registers(register) is { } here)
        {
            return here;
        }

        if (depth > MaxDepth || _flow.FindRoot(index, register) is not { } found)
        {
            return null;
        }

        foreach ((RegisterDefinition root, ulong value) in _roots)
        {
            if (root.IsSame(found.Root))
            {
                return unchecked(value + (ulong)found.Added);
            }
        }

        return Compute(found.Root, depth) is { } computed ? unchecked(computed + (ulong)found.Added) : null;
    }

    private ulong? Compute(RegisterDefinition root, int depth) => root.Kind == DefinitionKind.Entry ? _entry(root.Register) : root.Effect switch
    {
        { Kind: EffectKind.Constant } constant => unchecked((ulong)constant.Constant),
        { Kind: EffectKind.Copy } copy when Find(root.Index, copy.Source, depth + 1) is { } whole => Cut(whole, copy),
        { Kind: EffectKind.Address, Memory: { IsPerCpu: false } memory } => memory.AddressFrom(register => Find(root.Index, register, depth + 1), null),
        { Kind: EffectKind.Add } add => Find(root.Index, root.Register, depth + 1) is { } before ? unchecked(before + (ulong)add.Constant) : null,
        _ => null,
    };

    /// <summary>The low bytes of a value, extended as the effect says.</summary>
    public static ulong Cut(ulong value, RegisterEffect effect)
    {
        int bits = effect.Bytes * 8;
        if (bits >= 64)
        {
            return value;
        }

        ulong low = value & ((1UL << bits) - 1);
        return effect.IsSigned ? unchecked((ulong)((long)(low << (64 - bits)) >> (64 - bits))) : low;
    }
}
