// DiagnosticRelatedInformation: another place a diagnostic is about.
namespace VaQuest.Lsp.Protocol;

/// <summary>One caller of the panic's place.</summary>
public sealed record DiagnosticRelatedInformation(Location Location, string Message);
