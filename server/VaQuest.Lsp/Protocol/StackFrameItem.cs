// StackFrameItem: a frame of the panic stack.
namespace VaQuest.Lsp.Protocol;

/// <summary>Resolved: File is on this machine.</summary>
public sealed record StackFrameItem(int Index, string Function, string? File, int? Line, int? Column, bool Resolved);
