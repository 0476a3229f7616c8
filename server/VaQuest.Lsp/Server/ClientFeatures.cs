// ClientFeatures: what the client said it can do.
using Newtonsoft.Json.Linq;

namespace VaQuest.Lsp.Server;

/// <summary>Capabilities of the client, probed one by one: whatever is absent or of a strange type counts as "no".</summary>
public sealed class ClientFeatures(JToken? capabilities)
{
    /// <summary>LSP 3.18: the client can show documents the server generates.</summary>
    public bool HasTextDocumentContent => At("workspace", "textDocumentContent") is JObject;

    public bool HasShowDocument => Flag("window", "showDocument", "support");

    /// <summary>The client shows progress that the server begins.</summary>
    public bool HasWorkDoneProgress => Flag("window", "workDoneProgress");

    public bool HasConfiguration => Flag("workspace", "configuration");

    public bool HasDynamicConfiguration => Flag("workspace", "didChangeConfiguration", "dynamicRegistration");

    public bool HasRelatedInformation => Flag("textDocument", "publishDiagnostics", "relatedInformation");

    public bool HasDefinitionLinks => Flag("textDocument", "definition", "linkSupport");

    public bool HasHierarchicalSymbols => Flag("textDocument", "documentSymbol", "hierarchicalDocumentSymbolSupport");

    public bool HasTokenRefresh => Flag("workspace", "semanticTokens", "refreshSupport");

    public bool HasCodeLensRefresh => Flag("workspace", "codeLens", "refreshSupport");

    public bool HasInlayHintRefresh => Flag("workspace", "inlayHint", "refreshSupport");

    public bool HasMarkdownHover =>
        At("textDocument", "hover", "contentFormat") is JArray formats && formats.Any(format => format.Type == JTokenType.String && (string?)format == "markdown");

    /// <summary>The most folding ranges the client wants, or null.</summary>
    public int? FoldingLimit =>
        At("textDocument", "foldingRange", "rangeLimit") is JValue { Type: JTokenType.Integer, Value: long limit and > 0 and < 1_000_000 }
            ? (int)limit
            : null;

    private bool Flag(params ReadOnlySpan<string> path) => At(path) is JValue { Type: JTokenType.Boolean, Value: true };

    private JToken? At(params ReadOnlySpan<string> path)
    {
        JToken? token = capabilities;
        foreach (string name in path)
        {
            token = (token as JObject)?[name];
        }

        return token;
    }
}
