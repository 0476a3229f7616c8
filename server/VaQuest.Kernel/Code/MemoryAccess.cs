// MemoryAccess: what an instruction does with an operand in memory.
namespace VaQuest.Kernel.Code;

/// <summary>Read, written, both, or only its address computed.</summary>
[Flags]
public enum MemoryAccess
{
    None = 0,
    Read = 1,
    Write = 2,
    ReadWrite = Read | Write,
}
