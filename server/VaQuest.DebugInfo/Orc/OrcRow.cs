// OrcRow: one decoded unwind row.
namespace VaQuest.DebugInfo.Orc;

/// <summary>An unwind rule for a range of instruction addresses.</summary>
/// <param name="Type">What lies at the computed stack pointer.</param>
/// <param name="SpBase">What the previous stack pointer is computed from.</param>
/// <param name="SpOffset">Bytes added to it.</param>
/// <param name="BpBase">Where the previous frame pointer is; Undefined means unchanged.</param>
/// <param name="BpOffset">Bytes added to that.</param>
/// <param name="IsSignal">True when the frame was interrupted, so that its address is exact and not a return address.</param>
public readonly record struct OrcRow(OrcRowType Type, OrcRegister SpBase, short SpOffset, OrcRegister BpBase, short BpOffset, bool IsSignal)
{
    /// <summary>Bytes of a row in memory.</summary>
    public const int Size = 6;
}
