// Diagnostic: a message about a range of a document.
namespace VaQuest.Lsp.Protocol;

/// <summary>Severity 1 error, 2 warning, 3 information, 4 hint.</summary>
public sealed record Diagnostic(
    TextRange Range,
    int Severity,
    string Source,
    string Message,
    string? Code = null,
    CodeDescription? CodeDescription = null,
    IReadOnlyList<DiagnosticRelatedInformation>? RelatedInformation = null);
