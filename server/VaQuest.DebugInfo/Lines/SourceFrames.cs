// SourceFrames: the logical functions at one address, innermost first.
namespace VaQuest.DebugInfo.Lines;

/// <summary>What debug information says of an address.</summary>
/// <param name="Frames">Innermost first; the last is the physical function. Never empty.</param>
/// <param name="FunctionStart">Link-time address of the physical function's entry.</param>
/// <param name="FunctionEnd">Link-time address behind the range of the physical function that holds the address.</param>
public sealed record SourceFrames(IReadOnlyList<SourceFrame> Frames, ulong FunctionStart, ulong FunctionEnd);
