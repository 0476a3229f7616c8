// InlayHintRefresh: asks the client to ask for hints and lenses again.
using VaQuest.Lsp.Server;
using VaQuest.Lsp.Server.Wire;

namespace VaQuest.Lsp.Features.InlayHints;

/// <summary>Hints and lenses come and go with dumps and settings, without a change of the source file.</summary>
internal sealed class InlayHintRefresh(ClientConnection client, Func<ClientFeatures> features)
{
    public void Send()
    {
        if (features().HasInlayHintRefresh)
        {
            _ = client.RequestAsync("workspace/inlayHint/refresh", new NoParams(), CancellationToken.None);
        }

        if (features().HasCodeLensRefresh)
        {
            _ = client.RequestAsync("workspace/codeLens/refresh", new NoParams(), CancellationToken.None);
        }
    }
}
