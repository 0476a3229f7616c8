// StackSlot: what one word of a stack holds.
namespace VaQuest.Kernel.Unwind;

/// <summary>A word of a stack, as far as the frames tell.</summary>
/// <param name="Frame">Position, among the physical frames, of the frame whose memory the word is in; null above the outermost and below the innermost.</param>
/// <param name="Role">"return address", "saved rbx", "pt_regs.ip"; null when no unwind row names the word: a local variable, a spilled value, padding.</param>
/// <param name="IsBelow">True for a word below the innermost frame: left by functions that returned.</param>
public sealed record StackSlot(int? Frame, string? Role, bool IsBelow);
