// ConfigurationFeature: reads the client's settings and applies changes to open dumps.
using Newtonsoft.Json.Linq;
using VaQuest.Lsp.Features.Diagnostics;
using VaQuest.Lsp.Features.DumpStatus;
using VaQuest.Lsp.Features.InlayHints;
using VaQuest.Lsp.Protocol;
using VaQuest.Lsp.Server;
using VaQuest.Lsp.Server.Documents;
using VaQuest.Lsp.Server.Dumps;
using VaQuest.Lsp.Server.Wire;

namespace VaQuest.Lsp.Features.Configuration;

/// <summary>Pulls workspace/configuration, takes workspace/didChangeConfiguration, and reads open dumps again when something changed.</summary>
internal sealed class ConfigurationFeature(
    ServerSettings settings,
    DumpRegistry dumps,
    VirtualDocuments virtuals,
    PanicDiagnostics diagnostics,
    DumpStatusFeature status,
    InlayHintRefresh hints,
    ClientConnection client,
    Func<ClientFeatures> features,
    ServerLog log,
    CancellationToken ended)
{
    /// <summary>A client that does not answer must not keep dumps from opening.</summary>
    private static readonly TimeSpan s_pullTimeout = TimeSpan.FromSeconds(5);

    public void Start()
    {
        if (features().HasDynamicConfiguration)
        {
            var registration = new Registration("vaquest-configuration", "workspace/didChangeConfiguration", new JObject { ["section"] = ServerSettings.Section });
            _ = client.RequestAsync("client/registerCapability", new RegistrationParams([registration]), ended);
        }

        settings.Track(Task.Run(PullAsync, ended));
    }

    public void HandleChange(DidChangeConfigurationParams change)
    {
        Task<bool> reading = Task.Run(() => ReadChangeAsync(change), ended);
        settings.Track(reading);
        _ = Task.Run(() => ReopenAfterAsync(reading), ended);
    }

    public void HandleFolders(DidChangeWorkspaceFoldersParams change)
    {
        bool isChanged = settings.ChangeFolders(
            (change.Event.Added ?? []).Select(folder => folder.Uri), (change.Event.Removed ?? []).Select(folder => folder.Uri));
        if (isChanged)
        {
            _ = Task.Run(ReopenAllAsync, ended);
        }
    }

    private async Task<bool> ReadChangeAsync(DidChangeConfigurationParams change)
    {
        // Pushed values count; a client that pulls pushes null or only a part, and is asked.
        bool isChanged = settings.Update((change.Settings as JObject)?[ServerSettings.Section]);
        return await PullAsync().ConfigureAwait(false) || isChanged;
    }

    private async Task ReopenAfterAsync(Task<bool> reading)
    {
        if (await reading.ConfigureAwait(false))
        {
            await ReopenAllAsync().ConfigureAwait(false);
        }

        hints.Send();
    }

    private async Task<bool> PullAsync()
    {
        if (!features().HasConfiguration)
        {
            return false;
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ended);
        timeout.CancelAfter(s_pullTimeout);
        try
        {
            JToken? answer = await client.RequestAsync(
                "workspace/configuration", new ConfigurationParams([new ConfigurationItem(ServerSettings.Section)]), timeout.Token).ConfigureAwait(false);
            return settings.Update((answer as JArray)?.FirstOrDefault());
        }
        catch (OperationCanceledException)
        {
            log.Warning("The client did not answer workspace/configuration; its initial settings are used.");
            return false;
        }
    }

    private async Task ReopenAllAsync()
    {
        foreach (OpenDump dump in dumps.All)
        {
            await ReopenAsync(dump).ConfigureAwait(false);
        }

        if (features().HasTokenRefresh)
        {
            _ = client.RequestAsync("workspace/semanticTokens/refresh", new NoParams(), ended);
        }
    }

    private async Task ReopenAsync(OpenDump dump)
    {
        try
        {
            if (!await dumps.ReopenAsync(dump, ended).ConfigureAwait(false))
            {
                return;
            }

            if (virtuals.ClientShowsContent)
            {
                foreach (string uri in virtuals.ShownOf(dump))
                {
                    _ = client.RequestAsync("workspace/textDocumentContent/refresh", new TextDocumentContentParams(uri), ended);
                }
            }
            else
            {
                virtuals.Rewrite(dump, ended);
            }

            diagnostics.Publish(dump, ended);
            status.Send(dump, ended);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // The dump stays open as it was.
            log.Error($"Reading {dump.Path} with the new settings failed: {error.Message}");
        }
    }
}
