// UnwindRow: the one form that ORC rows, DWARF call frame rows and frame pointers are lowered to.
namespace VaQuest.DebugInfo.Frames;

/// <summary>
/// How to get from one frame to its caller. A workspace: one row is filled again and again by <see cref="Begin"/> and the setters, so that a walk
/// over thousands of frames makes no garbage. Registers have their DWARF numbers; rules of numbers beyond <see cref="RegisterCount"/> are dropped.
/// Not safe for concurrent use.
/// </summary>
/// <param name="registerCount">Registers of the architecture that matter, at least 1.</param>
public sealed class UnwindRow(int registerCount)
{
    private readonly RegisterRule[] _rules = new RegisterRule[registerCount];

    public int RegisterCount => _rules.Length;

    public UnwindRowSource Source { get; private set; }

    public UnwindRowType Type { get; private set; }

    public CfaRule Cfa { get; private set; }

    /// <summary>True when the frame was interrupted, so that its address is exact and not a return address.</summary>
    public bool IsSignal { get; private set; }

    /// <summary>The column of the return address (DWARF number).</summary>
    public int ReturnRegister { get; private set; }

    public ref readonly RegisterRule this[int register] => ref _rules[register];

    /// <summary>Empties the row.</summary>
    public void Begin(UnwindRowSource source, UnwindRowType type, int returnRegister, bool isSignal = false)
    {
        Source = source;
        Type = type;
        ReturnRegister = returnRegister;
        IsSignal = isSignal;
        Cfa = default;
        Array.Clear(_rules);
    }

    public void SetCfa(CfaRule rule) => Cfa = rule;

    public void SetType(UnwindRowType type) => Type = type;

    public void SetRule(int register, RegisterRule rule)
    {
        if ((uint)register < (uint)_rules.Length)
        {
            _rules[register] = rule;
        }
    }

    /// <summary>The rule of any number; Unspecified beyond the registers that are kept.</summary>
    public RegisterRule RuleOf(int register) => (uint)register < (uint)_rules.Length ? _rules[register] : default;

    /// <summary>Copies everything into a row of the same size.</summary>
    public void CopyTo(UnwindRow other)
    {
        other.Source = Source;
        other.Type = Type;
        other.Cfa = Cfa;
        other.IsSignal = IsSignal;
        other.ReturnRegister = ReturnRegister;
        Array.Copy(_rules, other._rules, Math.Min(_rules.Length, other._rules.Length));
    }
}
