// ReferenceParams: parameters of textDocument/references.
using Newtonsoft.Json.Linq;

namespace VaQuest.Lsp.Protocol;

/// <summary>A place, with the tokens under which a search of all memory tells how far it is, and its first hits.</summary>
public sealed record ReferenceParams(TextDocumentIdentifier TextDocument, Position Position, JToken? WorkDoneToken, JToken? PartialResultToken);
