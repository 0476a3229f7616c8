// MetaModelTests: the protocol records have the members, types and optional parts of the Language Server Protocol.
using Newtonsoft.Json.Linq;
using VaQuest.Lsp.Protocol;
using VaQuest.Lsp.Server;
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.Lsp.Tests.Protocol;

public sealed class MetaModelTests
{
    /// <summary>Records of what VaQuest adds to the standard, described in docs/protocol.md.</summary>
    private static readonly Type[] s_own =
    [
        typeof(DebugInfoStatus), typeof(DocumentLinkData), typeof(DumpStatusParams), typeof(FramesParams), typeof(FramesResult), typeof(MailReportParams), typeof(MailReportResult),
        typeof(OpenDumpArgument), typeof(OpenDumpFailure), typeof(OpenDumpResult), typeof(PanicSummary), typeof(SourceStatus), typeof(StackFrameItem), typeof(TreeItem), typeof(TreeParams), typeof(TreeResult),
        typeof(WaitGraphEdge), typeof(WaitGraphLink), typeof(WaitGraphNode), typeof(WaitGraphParams), typeof(WaitGraphResult),
    ];

    private static readonly MetaModel s_model = new();

    /// <summary>Every standard method with the record of its parameters and, where the server makes or reads it as a record, of its result.</summary>
    public static TheoryData<string, Type?, Type?> Methods => new()
    {
        { "initialize", typeof(InitializeParams), typeof(InitializeResult) },
        { "initialized", null, null },
        { "shutdown", null, null },
        { "exit", null, null },
        { "$/setTrace", typeof(SetTraceParams), null },
        { "$/progress", typeof(ProgressParams), null },
        { "client/registerCapability", typeof(RegistrationParams), null },
        { "window/logMessage", typeof(LogMessageParams), null },
        { "window/showMessage", typeof(LogMessageParams), null },
        { "window/showDocument", typeof(ShowDocumentParams), typeof(ShowDocumentResult) },
        { "window/workDoneProgress/create", typeof(WorkDoneProgressCreateParams), null },
        { "window/workDoneProgress/cancel", typeof(WorkDoneProgressCancelParams), null },
        { "workspace/configuration", typeof(ConfigurationParams), null },
        { "workspace/didChangeConfiguration", typeof(DidChangeConfigurationParams), null },
        { "workspace/didChangeWorkspaceFolders", typeof(DidChangeWorkspaceFoldersParams), null },
        { "workspace/executeCommand", typeof(ExecuteCommandParams), null },
        { "workspace/semanticTokens/refresh", null, null },
        { "workspace/symbol", typeof(WorkspaceSymbolParams), typeof(IReadOnlyList<SymbolInformation>) },
        { "workspace/textDocumentContent", typeof(TextDocumentContentParams), typeof(TextDocumentContentResult) },
        { "workspace/textDocumentContent/refresh", typeof(TextDocumentContentParams), null },
        { "textDocument/didOpen", typeof(DidOpenTextDocumentParams), null },
        { "textDocument/didChange", typeof(DidChangeTextDocumentParams), null },
        { "textDocument/didClose", typeof(DidCloseTextDocumentParams), null },
        { "textDocument/didSave", null, null },
        { "textDocument/hover", typeof(TextDocumentPositionParams), typeof(Hover) },
        { "textDocument/inlayHint", typeof(InlayHintParams), typeof(IReadOnlyList<InlayHint>) },
        { "workspace/inlayHint/refresh", null, null },
        { "textDocument/codeLens", typeof(TextDocumentParams), typeof(IReadOnlyList<CodeLens>) },
        { "workspace/codeLens/refresh", null, null },
        { "textDocument/definition", typeof(TextDocumentPositionParams), typeof(IReadOnlyList<LocationLink>) },
        { "textDocument/references", typeof(ReferenceParams), typeof(IReadOnlyList<Location>) },
        { "textDocument/documentLink", typeof(TextDocumentParams), typeof(IReadOnlyList<DocumentLink>) },
        { "documentLink/resolve", typeof(DocumentLink), typeof(DocumentLink) },
        { "textDocument/documentSymbol", typeof(TextDocumentParams), typeof(IReadOnlyList<DocumentSymbol>) },
        { "textDocument/foldingRange", typeof(TextDocumentParams), typeof(IReadOnlyList<FoldingRange>) },
        { "textDocument/semanticTokens/full", typeof(TextDocumentParams), typeof(SemanticTokens) },
        { "textDocument/publishDiagnostics", typeof(PublishDiagnosticsParams), null },
    };

    [Theory]
    [MemberData(nameof(Methods))]
    public void SpeaksAsTheStandardSays(string method, Type? parameters, Type? result)
    {
        JObject? known = s_model.Method(method);
        Assert.True(known is not null, $"The standard has no method {method}.");
        bool isSent = IsSent(known);
        var model = new MetaModel();
        if (parameters is not null)
        {
            Assert.Empty(model.Differences(parameters, known["params"]!, isSent, "params"));
        }

        if (result is not null)
        {
            Assert.Empty(model.Differences(result, known["result"]!, !isSent, "result"));
        }
    }

    [Theory]
    [InlineData("WorkDoneProgressBegin", "cancellable", "title", "percentage")]
    [InlineData("WorkDoneProgressReport", "message", "percentage")]
    [InlineData("WorkDoneProgressEnd")]
    public void ReportsProgressWithMembersOfTheStandard(string structure, params string[] used)
    {
        // One record serves the three shapes: what each message leaves out is tested on the wire.
        JObject value = JObject.FromObject(new WorkDoneProgress("begin", "t", "m", 1, true));
        string[] own = [.. value.Properties().Select(property => char.ToLowerInvariant(property.Name[0]) + property.Name[1..])];
        Assert.All(used, member => Assert.Contains(member, own));
        Assert.All(used, member => Assert.NotNull(s_model.Structure(structure)[member]));
        Assert.NotNull(s_model.Structure(structure)["kind"]);
    }

    [Fact]
    public void ComparesEveryRecordThatIsNotItsOwn()
    {
        var model = new MetaModel();
        foreach (object?[] row in Methods)
        {
            JObject known = model.Method((string)row[0]!)!;
            bool isSent = IsSent(known);
            _ = row[1] is Type parameters ? model.Differences(parameters, known["params"]!, isSent, "") : [];
            _ = row[2] is Type result ? model.Differences(result, known["result"]!, !isSent, "") : [];
        }

        IEnumerable<Type> records = typeof(Position).Assembly.GetTypes()
            .Where(type => type.Namespace == typeof(Position).Namespace && type is { IsClass: true, IsPublic: true });
        Assert.Empty(records.Except(model.Compared).Except(s_own).Except([typeof(WorkDoneProgress)]).Select(type => type.Name));
    }

    [Fact]
    public void ListsEveryMethodOfTheServer()
    {
        string[] listed = [.. Methods.Select(row => (string)row[0]!)];
        string server = File.ReadAllText(Path.Combine(Lab.RepositoryRoot, "server", "VaQuest.Lsp", "Server", nameof(LanguageServer) + ".cs"));
        string[] registered = [.. server.Split('"').Where((_, index) => index % 2 == 1).Where(text => text.Contains('/', StringComparison.Ordinal))];
        Assert.True(registered.Length > 15, "The list of methods was not found.");
        Assert.Empty(registered.Except(listed));
    }

    [Theory]
    [InlineData(typeof(Strange), false, "required")]
    [InlineData(typeof(Strange), false, "no such member")]
    [InlineData(typeof(Strange), true, "not a list")]
    public void FindsWhatDiffers(Type type, bool isSent, string expected)
    {
        IReadOnlyList<string> found = new MetaModel().Differences(type, MetaModel.Reference("SemanticTokens"), isSent, "x");
        Assert.Contains(found, text => text.Contains(expected == "required" ? "may be absent" : expected, StringComparison.Ordinal));
    }

    private static bool IsSent(JObject method) => (string?)method["direction"] != "clientToServer";

    /// <summary>Like SemanticTokens, with a member too many, a needed one that is optional, and a text for a list.</summary>
    private sealed record Strange(string ResultId, string Data, int Colour);
}
