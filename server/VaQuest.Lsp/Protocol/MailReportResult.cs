// MailReportResult: answer of vaquest/mailReport.
namespace VaQuest.Lsp.Protocol;

/// <summary>ASCII, lines of at most 75 characters.</summary>
public sealed record MailReportResult(string Text);
