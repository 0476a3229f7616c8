// TextDocument: a text the client has open, at one version.
using VaQuest.Diagnosis.Logs;
using VaQuest.Lsp.Protocol;

namespace VaQuest.Lsp.Server.Documents;

/// <summary>Immutable; an edit makes a new one.</summary>
public sealed class TextDocument
{
    /// <summary>UTF-16 units of the largest document that is read: above, VS Code stops folding and colouring as well.</summary>
    public const int MaxLength = 20 << 20;

    private readonly Lazy<KernelLog?> _log;

    public TextDocument(string uri, string languageId, string text)
    {
        Uri = uri;
        LanguageId = languageId;
        IsTooLarge = text.Length > MaxLength;
        Text = IsTooLarge ? string.Empty : text;
        _log = new Lazy<KernelLog?>(Lex);
    }

    public string Uri { get; }

    public string LanguageId { get; }

    /// <summary>True when the text was longer than <see cref="MaxLength"/> and was not kept.</summary>
    public bool IsTooLarge { get; }

    public string Text { get; }

    /// <summary>The document read as a kernel log, or null when it is none.</summary>
    public KernelLog? Log => _log.Value;

    /// <summary>The document after edits, applied in order.</summary>
    public TextDocument Apply(IReadOnlyList<TextDocumentContentChangeEvent> changes)
    {
        string text = Text;
        bool isKnown = !IsTooLarge;
        foreach (TextDocumentContentChangeEvent change in changes)
        {
            if (change.Range is not { } range)
            {
                text = change.Text;
                isKnown = true;
            }
            else if (isKnown)
            {
                int start = OffsetOf(text, range.Start);
                int end = Math.Max(start, OffsetOf(text, range.End));
                text = string.Concat(text.AsSpan(0, start), change.Text, text.AsSpan(end));
            }
        }

        return isKnown ? new TextDocument(Uri, LanguageId, text) : this;
    }

    private KernelLog? Lex() =>
        !IsTooLarge && (LanguageId == "kernel-oops" || LogLexer.LooksLikeKernelLog(Text)) ? LogLexer.Lex(Text) : null;

    private static int OffsetOf(string text, Position position)
    {
        int start = 0;
        for (int line = 0; line < position.Line; line++)
        {
            int next = text.IndexOf('\n', start);
            if (next < 0)
            {
                return text.Length;
            }

            start = next + 1;
        }

        int end = text.IndexOf('\n', start);
        return start + Math.Clamp(position.Character, 0, (end < 0 ? text.Length : end) - start);
    }
}
