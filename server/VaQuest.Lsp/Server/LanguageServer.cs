// LanguageServer: `vaquest lsp`, the language server on a pair of streams.
using StreamJsonRpc;
using VaQuest.Lsp.Features.CodeLenses;
using VaQuest.Lsp.Features.Configuration;
using VaQuest.Lsp.Features.Definition;
using VaQuest.Lsp.Features.Diagnostics;
using VaQuest.Lsp.Features.DocumentLinks;
using VaQuest.Lsp.Features.DocumentSymbols;
using VaQuest.Lsp.Features.DumpStatus;
using VaQuest.Lsp.Features.Folding;
using VaQuest.Lsp.Features.Frames;
using VaQuest.Lsp.Features.Hover;
using VaQuest.Lsp.Features.InlayHints;
using VaQuest.Lsp.Features.Lifecycle;
using VaQuest.Lsp.Features.DumpCommands;
using VaQuest.Lsp.Features.MailReports;
using VaQuest.Lsp.Features.References;
using VaQuest.Lsp.Features.SemanticTokens;
using VaQuest.Lsp.Features.SourceValues;
using VaQuest.Lsp.Features.TextContent;
using VaQuest.Lsp.Features.Tree;
using VaQuest.Lsp.Features.WaitGraphs;
using VaQuest.Lsp.Features.WorkspaceSymbols;
using VaQuest.Lsp.Protocol;
using VaQuest.Lsp.Server.Documents;
using VaQuest.Lsp.Server.Dumps;
using VaQuest.Lsp.Server.Progress;
using VaQuest.Lsp.Server.Wire;

namespace VaQuest.Lsp.Server;

/// <summary>Wires the parts and lists every method the server answers.</summary>
public static class LanguageServer
{
    /// <summary>Serves one client until it says exit, closes its stream or dies. Answers the exit code: 0 after shutdown, else 1.</summary>
    public static async Task<int> RunAsync(Stream input, Stream output, OpenSession open, CancellationToken cancellation)
    {
        var log = new ServerLog();
        using var formatter = new JsonMessageFormatter();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var handler = new GuardedMessageHandler(output, input, formatter, log.Warning);
        using var rpc = new JsonRpc(handler) { ExceptionStrategy = ExceptionProcessing.CommonErrorData };
        var lifetime = new ServerLifetime();
        var client = new ClientConnection(rpc);
        var settings = new ServerSettings(log);
        using var dumps = new DumpRegistry(open, settings);
        using var virtuals = new VirtualDocuments(dumps, log);
        Register(new MethodTable(rpc, lifetime, settings, log), lifetime, client, settings, dumps, virtuals, log, ended.Token);

        rpc.StartListening();
        Task first = await Task.WhenAny(lifetime.Exited, rpc.Completion, Task.Delay(Timeout.Infinite, cancellation)).ConfigureAwait(false);
        lifetime.Exit();
        await ended.CancelAsync().ConfigureAwait(false);
        _ = first.Exception;
        return await lifetime.Exited.ConfigureAwait(false);
    }

    private static void Register(
        MethodTable methods,
        ServerLifetime lifetime,
        ClientConnection client,
        ServerSettings settings,
        DumpRegistry dumps,
        VirtualDocuments virtuals,
        ServerLog log,
        CancellationToken ended)
    {
        var features = new ClientFeatures(null);
        ClientFeatures Client() => features;
        var texts = new TextDocuments(client);
        var views = new DocumentViews(virtuals, texts, dumps);
        var diagnostics = new PanicDiagnostics(client, virtuals, Client);
        var status = new DumpStatusFeature(client, virtuals);
        var progress = new ProgressReports(client);
        var hints = new InlayHintRefresh(client, Client);
        var sources = new SourceFrames(dumps);
        var lifecycle = new LifecycleFeature(lifetime, settings, virtuals, log, client, value => features = value);
        var configuration = new ConfigurationFeature(settings, dumps, virtuals, diagnostics, status, hints, client, Client, log, ended);
        var showFrame = new ShowFrameFeature(virtuals, client, Client);
        var openDump = new OpenDumpFeature(dumps, virtuals, diagnostics, status, hints, progress, client, Client, settings, showFrame, log);
        var definition = new DefinitionFeature(views, virtuals, Client);
        var links = new DocumentLinkFeature(views, virtuals, client);

        methods.OrderedRequest<InitializeParams>("initialize", (request, _) => lifecycle.Initialize(request));
        methods.Notification<NoParams>("initialized", _ => configuration.Start());
        methods.OrderedRequest<NoParams>("shutdown", (_, _) =>
        {
            lifecycle.Shutdown();
            return null;
        });
        methods.Notification<NoParams>("exit", _ => lifecycle.Exit());
        methods.Notification<SetTraceParams>("$/setTrace", _ => { });
        methods.Notification<WorkDoneProgressCancelParams>("window/workDoneProgress/cancel", progress.Cancel);
        methods.Notification<DidChangeConfigurationParams>("workspace/didChangeConfiguration", configuration.HandleChange);
        methods.Notification<DidChangeWorkspaceFoldersParams>("workspace/didChangeWorkspaceFolders", configuration.HandleFolders);

        methods.Notification<DidOpenTextDocumentParams>("textDocument/didOpen", texts.Open);
        methods.Notification<DidChangeTextDocumentParams>("textDocument/didChange", texts.Change);
        methods.Notification<DidCloseTextDocumentParams>("textDocument/didClose", texts.Close);
        methods.Notification<NoParams>("textDocument/didSave", _ => { });

        methods.Request<TextDocumentPositionParams>("textDocument/hover", new HoverFeature(views, new SourceHover(sources, Client), Client).Handle);
        methods.Request<TextDocumentPositionParams>("textDocument/definition", definition.Handle);
        methods.Request<InlayHintParams>("textDocument/inlayHint", new InlayHintFeature(sources, settings, Client).Handle);
        methods.Request<TextDocumentParams>("textDocument/codeLens", new CodeLensFeature(sources, virtuals).Handle);
        methods.OrderedRequest<ReferenceParams>("textDocument/references", new ReferencesFeature(views, virtuals, client, progress, settings, Client).Handle);
        methods.Request<TextDocumentParams>("textDocument/documentLink", links.HandleList);
        methods.Request<DocumentLink>("documentLink/resolve", links.HandleResolve);
        methods.Request<TextDocumentParams>("textDocument/documentSymbol", new DocumentSymbolFeature(views, Client).Handle);
        methods.Request<TextDocumentParams>("textDocument/foldingRange", new FoldingFeature(views, Client).Handle);
        methods.Request<TextDocumentParams>("textDocument/semanticTokens/full", new SemanticTokensFeature(views).Handle);
        methods.Request<WorkspaceSymbolParams>("workspace/symbol", new WorkspaceSymbolFeature(views, dumps, virtuals).Handle);
        methods.Request<TextDocumentContentParams>("workspace/textDocumentContent", new TextContentFeature(virtuals).Handle);
        methods.OrderedRequest<ExecuteCommandParams>("workspace/executeCommand", openDump.Execute);
        methods.Request<MailReportParams>(MailReportFeature.Method, new MailReportFeature(virtuals).Handle);
        methods.Request<FramesParams>(FramesFeature.Method, new FramesFeature(virtuals).Handle);
        methods.Request<TreeParams>(TreeFeature.Method, new TreeFeature(virtuals).Handle);
        methods.Request<WaitGraphParams>(WaitGraphFeature.Method, new WaitGraphFeature(virtuals).Handle);
    }
}
