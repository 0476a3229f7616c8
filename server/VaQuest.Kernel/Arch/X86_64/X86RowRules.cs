// X86RowRules: carries out the rules of an unwind row.
using VaQuest.Binary;
using VaQuest.DebugInfo.Frames;
using VaQuest.Kernel.Memory;

namespace VaQuest.Kernel.Arch.X86_64;

/// <summary>Computes the CFA and the caller's registers from a row and the registers of the frame. One walk's workspace.</summary>
internal sealed class X86RowRules(KernelReader reader, X86RegisterFile registers)
{
    private readonly ulong?[] _next = new ulong?[X86RegisterFile.Count];

    /// <summary>Why the last <see cref="FindCfa"/> answered null, in words.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>The CFA of a row, or null with <see cref="Problem"/> set.</summary>
    /// <param name="rule">The row's rule.</param>
    /// <param name="fallback">A register's value when the frame itself does not know it, or null.</param>
    public VirtAddr? FindCfa(CfaRule rule, Func<int, ulong?>? fallback = null)
    {
        if (rule.Kind == CfaRuleKind.Expression)
        {
            return FindByExpression(rule.Expression!);
        }

        if (rule.Kind == CfaRuleKind.None)
        {
            return Fail("the unwind row is damaged");
        }

        if ((registers[rule.Register] ?? fallback?.Invoke(rule.Register)) is not { } start)
        {
            return Fail(rule.Register < X86RegisterFile.Count
                ? $"the unwind row needs {X86RegisterFile.NameOf(rule.Register)}, which is not known in this frame"
                : "the unwind row needs a register that does not exist");
        }

        ulong offset = unchecked((ulong)rule.Offset);
        var at = new VirtAddr(start);
        return rule.Kind switch
        {
            CfaRuleKind.RegisterOffset => at + offset,
            CfaRuleKind.LoadThenOffset => Load(at) is { } saved ? saved + offset : null,
            _ => Load(at + offset),
        };
    }

    /// <summary>
    /// Puts the caller's callee-saved registers into the register file by the debug information's row; without a row they are lost here. Registers
    /// that a callee may change are lost unless the row has them. rbp, rsp and rip are not touched.
    /// </summary>
    /// <param name="row">The row, or null.</param>
    /// <param name="cfa">The CFA that the row's offsets count from.</param>
    /// <param name="frame">Index of the frame that is left.</param>
    public void Recover(UnwindRow? row, VirtAddr cfa, int frame)
    {
        for (int i = 0; i < X86RegisterFile.Rip; i++)
        {
            _next[i] = row is null ? null : Apply(row[i], i, cfa);
        }

        for (int i = 0; i < X86RegisterFile.Rip; i++)
        {
            if (i is not (X86RegisterFile.Rbp or X86RegisterFile.Rsp))
            {
                registers.Put(i, _next[i], frame);
            }
        }
    }

    /// <summary>The caller's value of one register by its rule, or null.</summary>
    public ulong? Apply(in RegisterRule rule, int register, VirtAddr cfa)
    {
        switch (rule.Kind)
        {
            case RegisterRuleKind.Unspecified:
                return X86RegisterFile.IsCalleeSaved(register) ? registers[register] : null;
            case RegisterRuleKind.Same:
                return registers[register];
            case RegisterRuleKind.Offset:
                return ReadWord(cfa + unchecked((ulong)rule.Offset));
            case RegisterRuleKind.ValueOffset:
                return (cfa + unchecked((ulong)rule.Offset)).Value;
            case RegisterRuleKind.Register:
                return registers[rule.Register];
            case RegisterRuleKind.RegisterOffset:
                return registers[rule.Register] is { } start ? ReadWord(new VirtAddr(unchecked(start + (ulong)rule.Offset))) : null;
            case RegisterRuleKind.Expression:
                return Evaluate(rule.Expression!, cfa.Value) is { } place ? ReadWord(new VirtAddr(place)) : null;
            case RegisterRuleKind.ValueExpression:
                return Evaluate(rule.Expression!, cfa.Value);
            default:
                return null;
        }
    }

    private VirtAddr? FindByExpression(byte[] expression) =>
        Evaluate(expression, null) is { } value ? new VirtAddr(value) : Fail("the unwind row's expression has no value in this frame");

    private ulong? Evaluate(byte[] expression, ulong? initial) =>
        CallFrameExpression.Evaluate(expression, initial, register => registers[register], address => ReadWord(new VirtAddr(address)));

    private VirtAddr? Load(VirtAddr at)
    {
        ReadOutcome outcome = reader.ReadUInt(at, 8, out ulong value);
        return outcome.IsOk ? new VirtAddr(value) : Fail(FormattableString.Invariant($"a saved stack pointer at {at} cannot be read: {outcome}"));
    }

    private ulong? ReadWord(VirtAddr at) => reader.TryReadUInt64(at, out ulong value) ? value : null;

    private VirtAddr? Fail(string problem)
    {
        Problem = problem;
        return null;
    }
}
