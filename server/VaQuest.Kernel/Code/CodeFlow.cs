// CodeFlow: where execution goes on behind an instruction.
namespace VaQuest.Kernel.Code;

/// <summary>What an instruction does to the flow of control.</summary>
public enum CodeFlow
{
    Next,
    Jump,
    ConditionalJump,
    IndirectJump,
    Call,
    IndirectCall,
    Return,

    /// <summary>ud2, int3 and the like: execution goes on behind it when the kernel's handler says so.</summary>
    Trap,
}
