// ParentWatch: ends the server when the client's process is gone.
using System.Diagnostics;
using VaQuest.Lsp.Server;

namespace VaQuest.Lsp.Features.Lifecycle;

/// <summary>An editor that was killed cannot say exit; its server must not stay behind with a dump in memory.</summary>
internal static class ParentWatch
{
    public static void Start(int processId, ServerLifetime lifetime, ServerLog log)
    {
        Process parent;
        try
        {
            parent = Process.GetProcessById(processId);
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException)
        {
            // A client on another machine or in another container has an id that means nothing here.
            log.Info($"The client's process {processId} is not visible from here; the server ends with its connection.");
            return;
        }

        _ = WatchAsync(parent, lifetime);
    }

    private static async Task WatchAsync(Process parent, ServerLifetime lifetime)
    {
        using (parent)
        {
            try
            {
                await parent.WaitForExitAsync().ConfigureAwait(false);
            }
            catch (Exception error) when (error is InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                // Not allowed to watch it: the end of the connection still ends the server.
                return;
            }
        }

        lifetime.Exit();
    }
}
