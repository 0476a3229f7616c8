// OrcLowering: ORC rows as unwind rows.
using VaQuest.DebugInfo.Frames;

namespace VaQuest.DebugInfo.Orc;

/// <summary>
/// Lowers rows of struct orc_entry to <see cref="UnwindRow"/> with the DWARF register numbers of x86-64 (psABI, figure 3.36). ORC follows the stack
/// pointer and rbp only: all other callee-saved registers stay unspecified.
/// </summary>
public static class OrcLowering
{
    private const int Ax = 0;
    private const int Dx = 1;
    private const int Di = 5;
    private const int Bp = 6;
    private const int Sp = 7;
    private const int R10 = 10;
    private const int R13 = 13;
    private const int ReturnAddress = 16;

    /// <summary>Fills <paramref name="row"/>. An ORC row that is damaged (a register number that no layout defines) gives one without a CFA.</summary>
    public static void Lower(in OrcRow orc, UnwindRow row)
    {
        UnwindRowType type = orc.Type switch
        {
            OrcRowType.EndOfStack => UnwindRowType.EndOfStack,
            OrcRowType.Call => UnwindRowType.Call,
            OrcRowType.Regs => UnwindRowType.SavedRegisters,
            OrcRowType.RegsPartial => UnwindRowType.HardwareFrame,
            _ => UnwindRowType.Undefined,
        };
        row.Begin(UnwindRowSource.Orc, type, ReturnAddress, orc.IsSignal);
        if (type is UnwindRowType.EndOfStack or UnwindRowType.Undefined)
        {
            return;
        }

        row.SetRule(ReturnAddress, RegisterRule.At(-8));
        row.SetCfa(TryLowerFramePointer(orc, row) ? LowerCfa(orc.SpBase, orc.SpOffset) : default);
    }

    private static CfaRule LowerCfa(OrcRegister register, short offset) => register switch
    {
        OrcRegister.Sp => new CfaRule(CfaRuleKind.RegisterOffset, Sp, offset),
        OrcRegister.Bp => new CfaRule(CfaRuleKind.RegisterOffset, Bp, offset),
        OrcRegister.SpIndirect => new CfaRule(CfaRuleKind.LoadThenOffset, Sp, offset),
        OrcRegister.BpIndirect => new CfaRule(CfaRuleKind.LoadAtOffset, Bp, offset),

        // The kernel's unwinder adds no offset to these (unwind_next_frame()).
        OrcRegister.R10 => new CfaRule(CfaRuleKind.RegisterOffset, R10),
        OrcRegister.R13 => new CfaRule(CfaRuleKind.RegisterOffset, R13),
        OrcRegister.Di => new CfaRule(CfaRuleKind.RegisterOffset, Di),
        OrcRegister.Dx => new CfaRule(CfaRuleKind.RegisterOffset, Dx),
        OrcRegister.Ax => new CfaRule(CfaRuleKind.RegisterOffset, Ax),
        _ => default,
    };

    private static bool TryLowerFramePointer(in OrcRow orc, UnwindRow row)
    {
        switch (orc.BpBase)
        {
            case OrcRegister.Undefined:
                row.SetRule(Bp, RegisterRule.Same);
                return true;
            case OrcRegister.PreviousSp:
                row.SetRule(Bp, RegisterRule.At(orc.BpOffset));
                return true;
            case OrcRegister.Bp:
                row.SetRule(Bp, new RegisterRule(RegisterRuleKind.RegisterOffset, orc.BpOffset, Bp));
                return true;
            default:
                return false;
        }
    }
}
