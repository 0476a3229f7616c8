// MemoryReader: how tables that live in the crashed kernel's memory are read, without knowing dumps.
namespace VaQuest.DebugInfo;

/// <summary>Fills <paramref name="destination"/> from a virtual address; false when any byte of it is missing.</summary>
public delegate bool MemoryReader(ulong address, Span<byte> destination);
