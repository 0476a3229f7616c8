// OrcRegister: what an ORC row computes from.
namespace VaQuest.DebugInfo.Orc;

/// <summary>Base of an ORC rule (ORC_REG_*), the same for all layouts.</summary>
public enum OrcRegister
{
    Undefined,
    PreviousSp,
    Dx,
    Di,
    Bp,
    Sp,
    R10,
    R13,
    BpIndirect,
    SpIndirect,
    Ax,

    /// <summary>A number that the layout does not define: damage.</summary>
    Invalid,
}
