// FoundMember: a member found by its offset.
using VaQuest.DebugInfo.Types;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>A member.</summary>
/// <param name="Path">".ops", ".slots[7].length", "[3]"; empty for the object itself.</param>
/// <param name="Type">Its type.</param>
/// <param name="Rest">Bytes from its start to the offset that was asked for.</param>
internal sealed record FoundMember(string Path, CType Type, long Rest);
