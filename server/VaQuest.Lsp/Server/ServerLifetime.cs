// ServerLifetime: where the session is between initialize and exit.
namespace VaQuest.Lsp.Server;

/// <summary>Remembers initialize and shutdown; decides which methods are allowed, and the exit code.</summary>
internal sealed class ServerLifetime
{
    private const int ServerNotInitialized = -32002;
    private const int InvalidRequest = -32600;

    private readonly TaskCompletionSource<int> _exit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isInitialized;
    private volatile bool _isShutDown;

    /// <summary>Completes with the process's exit code.</summary>
    public Task<int> Exited => _exit.Task;

    public void MarkInitialized() => _isInitialized = true;

    public void MarkShutDown() => _isShutDown = true;

    /// <summary>0 after shutdown, else 1, as the specification says.</summary>
    public void Exit() => _exit.TrySetResult(_isShutDown ? 0 : 1);

    /// <summary>Why a method may not be called now, or null when it may.</summary>
    public (int Code, string Message)? Refusal(string method)
    {
        if (method == "exit")
        {
            return null;
        }

        if (_isShutDown)
        {
            // A second shutdown asks for nothing new and is answered like the first.
            return method == "shutdown" ? null : (InvalidRequest, "The server is shutting down.");
        }

        if (method == "initialize")
        {
            return _isInitialized ? (InvalidRequest, "The server is already initialized.") : null;
        }

        return _isInitialized ? null : (ServerNotInitialized, "The server is not initialized: send initialize first.");
    }
}
