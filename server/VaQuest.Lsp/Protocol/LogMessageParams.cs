// LogMessageParams: parameters of window/logMessage and window/showMessage.
namespace VaQuest.Lsp.Protocol;

/// <summary>Type 1 error, 2 warning, 3 info, 4 log.</summary>
public sealed record LogMessageParams(int Type, string Message);
