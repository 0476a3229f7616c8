// SourceFrame: one logical function at an address, physical or inlined.
namespace VaQuest.DebugInfo.Lines;

/// <summary>One function of the chain at an address.</summary>
/// <param name="Function">Plain name (DW_AT_name), without suffixes such as .isra.0; the symbol's name where there are lines but no function entry
/// (assembly), and empty when no symbol covers the address either.</param>
/// <param name="Location">For the innermost frame the line of the address; for outer ones the call site of the next inner function.</param>
/// <param name="IsInlined">True when the function was inlined into the next frame of the list.</param>
public sealed record SourceFrame(string Function, SourceLocation? Location, bool IsInlined);
