// KallsymsVisitor: what is called for each symbol of a whole-table walk.
namespace VaQuest.DebugInfo.Kallsyms;

/// <summary>Visits a symbol: its index, type letter and name bytes (valid only during the call). False ends the walk.</summary>
public delegate bool KallsymsVisitor(int index, char type, ReadOnlySpan<byte> name);
