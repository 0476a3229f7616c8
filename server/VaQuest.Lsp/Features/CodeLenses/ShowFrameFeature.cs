// ShowFrameFeature: shows a frame of an open report.
using Newtonsoft.Json.Linq;
using VaQuest.Lsp.Features.Diagnostics;
using VaQuest.Lsp.Protocol;
using VaQuest.Lsp.Server;
using VaQuest.Lsp.Server.Documents;

namespace VaQuest.Lsp.Features.CodeLenses;

/// <summary>The command vaquest.showFrame (docs/protocol.md): what the lenses in source files execute.</summary>
internal sealed class ShowFrameFeature(VirtualDocuments virtuals, ClientConnection client, Func<ClientFeatures> features)
{
    public const string Command = "vaquest.showFrame";

    /// <summary>Asks the client to show the frame; false when the report is not open or the client cannot show documents.</summary>
    public bool Show(JToken? report, JToken? frame, CancellationToken cancellation)
    {
        bool isAsked = report?.Type == JTokenType.String && frame is JValue { Type: JTokenType.Integer, Value: long and >= 0 and < int.MaxValue };
        if (!isAsked || !features().HasShowDocument || virtuals.Find((string)report!, cancellation) is not { } found)
        {
            return false;
        }

        var places = new ReportPlaces((string)report!, found.Dump.Session.GetReport(cancellation));
        Location place = places.OfFrame((int)frame!);
        _ = client.RequestAsync("window/showDocument", new ShowDocumentParams(place.Uri, true, place.Range), CancellationToken.None);
        return true;
    }
}
