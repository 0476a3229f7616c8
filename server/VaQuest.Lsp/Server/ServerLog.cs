// ServerLog: the server's log, in the client's output channel.
using VaQuest.Lsp.Protocol;

namespace VaQuest.Lsp.Server;

/// <summary>Sends window/logMessage: clients show standard error as errors, so the server writes nothing there.</summary>
public sealed class ServerLog
{
    /// <summary>Characters of one entry; longer ones are cut.</summary>
    private const int MaxLength = 8000;

    private ClientConnection? _client;

    /// <summary>Entries before this call are dropped: the client may not be told anything before it is initialised.</summary>
    public void Attach(ClientConnection client) => _client = client;

    public void Error(string message) => Write(1, message);

    public void Warning(string message) => Write(2, message);

    public void Info(string message) => Write(3, message);

    private void Write(int type, string message) =>
        _client?.Notify("window/logMessage", new LogMessageParams(type, message.Length <= MaxLength ? message : message[..MaxLength] + "…"));
}
