// PanicSummary: what happened and where.
namespace VaQuest.Lsp.Protocol;

/// <summary>File and line as debug information names them.</summary>
public sealed record PanicSummary(string Message, string? Function, string? File, int? Line);
