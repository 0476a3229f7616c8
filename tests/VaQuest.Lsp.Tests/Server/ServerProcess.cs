// ServerProcess: `vaquest lsp` as a process of its own, with a scripted client on its standard streams.
using System.Diagnostics;
using Newtonsoft.Json.Linq;

namespace VaQuest.Lsp.Tests.Server;

/// <summary>Ends the process when disposed, if it has not ended by itself.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly Task<string> _errors;

    public ServerProcess()
    {
        // VAQUEST_SERVER names a published executable; without it the one that was built with the tests is used.
        var start = Environment.GetEnvironmentVariable("VAQUEST_SERVER") is { Length: > 0 } server
            ? new ProcessStartInfo(server, ["lsp"])
            : new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "vaquest.dll"), "lsp"]);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
        Client = new ScriptedClient(_process.StandardInput.BaseStream, _process.StandardOutput.BaseStream);
    }

    public ScriptedClient Client { get; }

    /// <summary>Waits until the process has ended; its exit code and everything it wrote to standard error.</summary>
    public async Task<(int Code, string Errors)> EndAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(s_patience);
        return (_process.ExitCode, await _errors.WaitAsync(s_patience));
    }

    /// <summary>Initializes as a client that shows generated documents and names its own process.</summary>
    public async Task<JToken> InitializeAsync(JObject? options = null)
    {
        JToken result = await Client.RequestAsync("initialize", new JObject
        {
            ["processId"] = Environment.ProcessId,
            ["rootUri"] = null,
            ["capabilities"] = ServerHarness.VsCode,
            ["initializationOptions"] = options,
        });
        await Client.NotifyAsync("initialized", new JObject());
        return result;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync().WaitAsync(s_patience);
        }

        Client.Dispose();
        _process.Dispose();
    }
}
