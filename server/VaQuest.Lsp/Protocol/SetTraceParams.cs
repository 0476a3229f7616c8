// SetTraceParams: parameters of $/setTrace.
namespace VaQuest.Lsp.Protocol;

/// <summary>off, messages or verbose.</summary>
public sealed record SetTraceParams(string? Value);
