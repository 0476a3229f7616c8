// WorkDoneProgress: a step of a long request.
namespace VaQuest.Lsp.Protocol;

/// <summary>Kind begin, report or end; Percentage 0 to 100.</summary>
public sealed record WorkDoneProgress(
    string Kind,
    string? Title = null,
    string? Message = null,
    int? Percentage = null,
    bool? Cancellable = null);
