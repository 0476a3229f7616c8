// TextDocuments: the texts the client has open.
using System.Collections.Concurrent;
using VaQuest.Lsp.Protocol;

namespace VaQuest.Lsp.Server.Documents;

/// <summary>Changed only in the order of the wire; read from any thread.</summary>
public sealed class TextDocuments(ClientConnection client)
{
    private readonly ConcurrentDictionary<string, TextDocument> _documents = new(StringComparer.Ordinal);

    public IEnumerable<TextDocument> All => _documents.Values;

    public TextDocument? Find(string uri) => _documents.GetValueOrDefault(DocumentUri.KeyOf(uri));

    public void Open(DidOpenTextDocumentParams parameters)
    {
        TextDocumentItem item = parameters.TextDocument;
        if (DocumentUri.VirtualPath(item.Uri) is not null)
        {
            // The client returns the text of a document the server generated and knows better.
            return;
        }

        var document = new TextDocument(item.Uri, item.LanguageId, item.Text);
        _documents[DocumentUri.KeyOf(item.Uri)] = document;
        if (document.IsTooLarge)
        {
            client.Notify(
                "window/showMessage",
                new LogMessageParams(3, $"VaQuest does not read documents over {TextDocument.MaxLength >> 20} MB: {NameOf(item.Uri)} stays plain text."));
        }
    }

    public void Change(DidChangeTextDocumentParams parameters)
    {
        string key = DocumentUri.KeyOf(parameters.TextDocument.Uri);
        if (_documents.TryGetValue(key, out TextDocument? document))
        {
            _documents[key] = document.Apply(parameters.ContentChanges);
        }
    }

    public void Close(DidCloseTextDocumentParams parameters) => _documents.TryRemove(DocumentUri.KeyOf(parameters.TextDocument.Uri), out _);

    private static string NameOf(string uri)
    {
        string key = DocumentUri.KeyOf(uri);
        return key[(key.LastIndexOf('/') + 1)..];
    }
}
