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

    /// <summary>Values that others are computed from.</summary>
    private const int MaxRoots = 64;

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

        for (int i = 0; i < _roots.Count && i < MaxRoots; i++)
        {
            AddParts(_roots[i].Root, _roots[i].Value);
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

    /// <summary>
    /// What <see cref="Find(int, int)"/> tells, else what the memory that the value was loaded from holds now: it may have changed since.
    /// </summary>
    /// <param name="index">The instruction.</param>
    /// <param name="register">The register.</param>
    /// <param name="wordAt">Reads memory of an address and size.</param>
    /// <param name="isFromMemory">True when memory was asked.</param>
    public ulong? FindNow(int index, int register, Func<ulong, int, ulong?> wordAt, out bool isFromMemory)
    {
        isFromMemory = false;
        return FindNow(index, register, wordAt, ref isFromMemory, 0);
    }

    private ulong? FindNow(int index, int register, Func<ulong, int, ulong?> wordAt, ref bool isFromMemory, int depth)
    {
        if (Find(index, register) is { } known)
        {
            return known;
        }

        if (depth > MaxDepth || _flow.FindRoot(index, register) is not { Root.Effect: { } effect } found)
        {
            return null;
        }

        int at = found.Root.Index;
        switch (effect)
        {
            case { Kind: EffectKind.Load, Memory: { IsPerCpu: false } memory }:
                bool isNow = isFromMemory;
                ulong? address = memory.AddressFrom(part => FindNow(at, part, wordAt, ref isNow, depth + 1), null);
                isFromMemory = true;
                return address is { } place && wordAt(place, effect.Bytes) is { } word ? unchecked(Cut(word, effect) + (ulong)found.Added) : null;
            case { Kind: EffectKind.Copy } when FindNow(at, effect.Source, wordAt, ref isFromMemory, depth + 1) is { } whole:
                return unchecked(Cut(whole, effect) + (ulong)found.Added);
            default:
                return null;
        }
    }

    // Of base + index * scale both parts are known when one is.
    private void AddParts(RegisterDefinition root, ulong value)
    {
        if (root.Effect is not { Kind: EffectKind.Address, Memory: { Base: >= 0, Index: >= 0, IsPerCpu: false } sum })
        {
            return;
        }

        if (Find(root.Index, sum.Index) is { } index && _flow.FindRoot(root.Index, sum.Base) is { } start)
        {
            Add(start.Root, unchecked(value - (index * (ulong)sum.Scale) - (ulong)sum.Displacement - (ulong)start.Added));
        }
        else if (sum.Scale == 1 && Find(root.Index, sum.Base) is { } known && _flow.FindRoot(root.Index, sum.Index) is { } other)
        {
            Add(other.Root, unchecked(value - known - (ulong)sum.Displacement - (ulong)other.Added));
        }
    }

    private void Add(RegisterDefinition root, ulong value)
    {
        if (!_roots.Exists(known => known.Root.IsSame(root)))
        {
            _roots.Add((root, value));
        }
    }

    private ulong? Compute(RegisterDefinition root, int depth) => root.Kind == DefinitionKind.Entry ? _entry(root.Register) : root.Effect switch
    {
        { Kind: EffectKind.Constant } constant => unchecked((ulong)constant.Constant),
        { Kind: EffectKind.Copy } copy when Find(root.Index, copy.Source, depth + 1) is { } whole => Cut(whole, copy),
        { Kind: EffectKind.Address, Memory: { IsPerCpu: false } memory } => memory.AddressFrom(register => Find(root.Index, register, depth + 1), null),
        { Kind: EffectKind.Add } add => Find(root.Index, root.Register, depth + 1) is { } before ? unchecked(before + (ulong)add.Constant) : null,
        { Kind: EffectKind.Mask } mask => Find(root.Index, root.Register, depth + 1) is { } before ? Cut(before & unchecked((ulong)mask.Constant), mask) : null,
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
