// Enumerator: a named constant of an enum.
namespace VaQuest.DebugInfo.Types;

/// <summary>A constant. Unsigned 64-bit constants above 2^63 are kept modulo 2^64.</summary>
public sealed record Enumerator(string Name, long Value);
