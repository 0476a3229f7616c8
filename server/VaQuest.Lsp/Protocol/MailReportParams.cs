// MailReportParams: parameters of vaquest/mailReport.
namespace VaQuest.Lsp.Protocol;

/// <summary>Address of a report, and what to leave out.</summary>
public sealed record MailReportParams(string Uri, bool? HideAddresses = null, bool? HideNames = null);
