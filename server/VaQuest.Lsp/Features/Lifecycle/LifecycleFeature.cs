// LifecycleFeature: initialize, initialized, shutdown, exit.
using System.Reflection;
using VaQuest.Lsp.Features.CodeLenses;
using VaQuest.Lsp.Features.DumpCommands;
using VaQuest.Lsp.Features.SemanticTokens;
using VaQuest.Lsp.Protocol;
using VaQuest.Lsp.Server;
using VaQuest.Lsp.Server.Documents;

namespace VaQuest.Lsp.Features.Lifecycle;

/// <summary>The session's beginning and end.</summary>
internal sealed class LifecycleFeature(
    ServerLifetime lifetime, ServerSettings settings, VirtualDocuments virtuals, ServerLog log, ClientConnection client, Action<ClientFeatures> setFeatures)
{
    private const int Incremental = 2;

    public InitializeResult Initialize(InitializeParams request)
    {
        var features = new ClientFeatures(request.Capabilities);
        setFeatures(features);
        virtuals.ClientShowsContent = features.HasTextDocumentContent;
        log.Attach(client);
        IEnumerable<string> folders = request.WorkspaceFolders?.Select(folder => folder.Uri) ?? (request.RootUri is { } root ? [root] : []);
        settings.SetFolders(folders.Where(folder => folder is not null));
        settings.Update(request.InitializationOptions);
        if (request.ProcessId is { } processId)
        {
            ParentWatch.Start(processId, lifetime, log);
        }

        lifetime.MarkInitialized();
        return new InitializeResult(Capabilities, new ServerInfo("VaQuest", Version));
    }

    public void Shutdown() => lifetime.MarkShutDown();

    public void Exit() => lifetime.Exit();

    private static string Version => Assembly.GetExecutingAssembly().GetName().Version?.ToString(3) ?? "0";

    private static ServerCapabilities Capabilities { get; } = new(
        PositionEncoding: "utf-16",
        TextDocumentSync: new TextDocumentSyncOptions(OpenClose: true, Change: Incremental),
        HoverProvider: true,
        InlayHintProvider: true,
        CodeLensProvider: new CodeLensOptions(ResolveProvider: false),
        DefinitionProvider: true,
        ReferencesProvider: true,
        DocumentSymbolProvider: true,
        FoldingRangeProvider: true,
        WorkspaceSymbolProvider: true,
        DocumentLinkProvider: new DocumentLinkOptions(ResolveProvider: true),
        SemanticTokensProvider: new SemanticTokensOptions(SemanticTokensFeature.Legend, Full: true),
        ExecuteCommandProvider: new ExecuteCommandOptions([OpenDumpFeature.OpenCommand, OpenDumpFeature.CloseCommand, ShowFrameFeature.Command], WorkDoneProgress: true),
        Workspace: new WorkspaceOptions(
            new TextDocumentContentOptions([VirtualDocuments.Scheme]), new WorkspaceFoldersOptions(Supported: true, ChangeNotifications: true)));
}
