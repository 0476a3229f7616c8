// CallSiteParameter: what a caller knows of one argument of a call.
namespace VaQuest.DebugInfo.Dwarf.Variables;

/// <summary>DW_TAG_call_site_parameter (DWARF 5, 3.4.2).</summary>
/// <param name="Location">Where the callee finds the argument when it is entered.</param>
/// <param name="Value">Computes the argument in the caller; null when only the data behind it is known.</param>
/// <param name="DataLocation">The memory behind the argument, in the callee; null when nothing is said of it.</param>
/// <param name="DataValue">Computes what was in that memory, in the caller.</param>
public sealed record CallSiteParameter(byte[] Location, byte[]? Value, byte[]? DataLocation, byte[]? DataValue);
