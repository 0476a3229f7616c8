// MailReportFeature: the report as a plain mail.
using VaQuest.Diagnosis.Text;
using VaQuest.Lsp.Protocol;
using VaQuest.Lsp.Server.Documents;

namespace VaQuest.Lsp.Features.MailReports;

/// <summary>The request vaquest/mailReport (docs/protocol.md).</summary>
internal sealed class MailReportFeature(VirtualDocuments virtuals)
{
    public const string Method = "vaquest/mailReport";

    public MailReportResult? Handle(MailReportParams request, CancellationToken cancellation)
    {
        var options = new MailOptions { HideAddresses = request.HideAddresses ?? false, HideNames = request.HideNames ?? false };
        return virtuals.Find(request.Uri, cancellation) is { } found ? new MailReportResult(found.Dump.Session.GetMailReport(options, cancellation)) : null;
    }
}
