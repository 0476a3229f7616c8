// OpenDumpFeature: the commands that open and close a dump.
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using StreamJsonRpc;
using VaQuest.Binary;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Lsp.Features.CodeLenses;
using VaQuest.Lsp.Features.Diagnostics;
using VaQuest.Lsp.Features.DumpStatus;
using VaQuest.Lsp.Features.InlayHints;
using VaQuest.Lsp.Protocol;
using VaQuest.Lsp.Server;
using VaQuest.Lsp.Server.Documents;
using VaQuest.Lsp.Server.Dumps;
using VaQuest.Lsp.Server.Progress;
using VaQuest.Lsp.Server.Wire;

namespace VaQuest.Lsp.Features.DumpCommands;

/// <summary>workspace/executeCommand: vaquest.openDump and vaquest.closeDump (docs/protocol.md).</summary>
internal sealed class OpenDumpFeature(
    DumpRegistry dumps,
    VirtualDocuments virtuals,
    PanicDiagnostics diagnostics,
    DumpStatusFeature status,
    InlayHintRefresh hints,
    ProgressReports progress,
    ClientConnection client,
    Func<ClientFeatures> features,
    ServerSettings settings,
    ShowFrameFeature showFrame,
    ServerLog log)
{
    public const string OpenCommand = "vaquest.openDump";
    public const string CloseCommand = "vaquest.closeDump";

    private const int InvalidParams = -32602;
    private const int RequestFailed = -32803;

    /// <summary>Runs in the order of the wire until the work begins: a progress must be known before the next message, which may cancel it.</summary>
    public object Execute(ExecuteCommandParams request, CancellationToken cancellation)
    {
        Task settled = settings.Settled;
        JToken? argument = request.Arguments is { Count: > 0 } arguments ? arguments[0] : null;
        switch (request.Command)
        {
            case OpenCommand:
                (string path, bool isShown) = ParseArgument(argument);
                ProgressReport report = progress.Begin(request.WorkDoneToken, $"Opening {Path.GetFileName(path)}", cancellation);
                return Task.Run(() => OpenAsync(path, isShown, report, settled, cancellation), CancellationToken.None);
            case CloseCommand:
                return Task.Run(() => CloseAsync(argument, settled, cancellation), CancellationToken.None);
            case ShowFrameFeature.Command:
                JToken? frame = request.Arguments is { Count: > 1 } both ? both[1] : null;
                return Task.Run<object?>(() => showFrame.Show(argument, frame, cancellation), CancellationToken.None);
            default:
                throw new LocalRpcException($"VaQuest has no command \"{request.Command}\".") { ErrorCode = InvalidParams };
        }
    }

    private async Task<object?> OpenAsync(string path, bool isShown, ProgressReport progress, Task settled, CancellationToken cancellation)
    {
        using ProgressReport report = progress;
        OpenDump dump;
        try
        {
            await settled.WaitAsync(report.Cancellation).ConfigureAwait(false);
            dump = await dumps.OpenAsync(path, report, report.Cancellation).ConfigureAwait(false);
            _ = dump.Session.GetReport(report.Cancellation);
        }
        catch (OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            throw new LocalRpcException("Opening the dump was cancelled.") { ErrorCode = -32800 };
        }
        catch (Exception error) when (error is not LocalRpcException)
        {
            throw Failure(path, error);
        }

        OpenDumpResult result = Describe(dump, cancellation);
        diagnostics.Publish(dump, cancellation);
        status.Send(dump, cancellation);
        hints.Send();
        Show(result.Uri, isShown);
        return result;
    }

    private async Task<object?> CloseAsync(JToken? argument, Task settled, CancellationToken cancellation)
    {
        await settled.WaitAsync(cancellation).ConfigureAwait(false);

        // Closing what is not open asks for a state that holds already.
        if (argument?.Type == JTokenType.String && virtuals.Find((string)argument!, cancellation) is { } found && dumps.Close(found.Dump))
        {
            diagnostics.Clear(found.Dump);
            virtuals.Forget(found.Dump);
            hints.Send();
        }

        return null;
    }

    private OpenDumpResult Describe(OpenDump dump, CancellationToken cancellation)
    {
        ICrashSession session = dump.Session;
        PanicSite? site = session.GetPanicSites(cancellation) is [var first, ..] ? first : null;
        PanicSummary? panic = session.PanicMessage is { } message
            ? new PanicSummary(message, site?.Function, site?.Location.File, site?.Location.Line)
            : null;
        return new OpenDumpResult(
            virtuals.PublicUri(dump, VirtualDocuments.ReportName, cancellation),
            session.Title,
            virtuals.PublicUri(dump, VirtualDocuments.LogName, cancellation),
            DumpStatusFeature.DebugInfoOf(session),
            panic,
            session.Warnings);
    }

    // A client that shows generated documents has an extension that opens the report; another one is helped here.
    private void Show(string uri, bool isAsked)
    {
        if (!isAsked && virtuals.ClientShowsContent)
        {
            return;
        }

        if (features().HasShowDocument)
        {
            _ = ShowDocumentAsync(uri);
        }
        else
        {
            client.Notify("window/showMessage", new LogMessageParams(3, "VaQuest wrote the crash report to " + (DocumentUri.ToPath(uri) ?? uri)));
        }
    }

    private async Task ShowDocumentAsync(string uri)
    {
        JToken? answer = await client.RequestAsync("window/showDocument", new ShowDocumentParams(uri, true), CancellationToken.None)
            .ConfigureAwait(false);
        if (answer?["success"]?.Type != JTokenType.Boolean || !(bool)answer["success"]!)
        {
            log.Info("The client did not show " + uri);
        }
    }

    private static (string Path, bool IsShown) ParseArgument(JToken? argument)
    {
        bool isShown = false;
        string? text = argument?.Type == JTokenType.String ? (string)argument! : null;
        if (argument is JObject)
        {
            try
            {
                var value = ProtocolJson.ToValue<OpenDumpArgument>(argument);
                (text, isShown) = (value.Path, value.Show ?? false);
            }
            catch (JsonException)
            {
                text = null;
            }
        }

        string? path = text is null ? null : text.StartsWith("file:", StringComparison.OrdinalIgnoreCase) ? DocumentUri.ToPath(text) : text;
        if (string.IsNullOrEmpty(path) || path.Contains('\0'))
        {
            throw new LocalRpcException($"{OpenCommand} needs one argument: the path or file: URI of a crash dump.") { ErrorCode = InvalidParams };
        }

        if (!Path.IsPathRooted(path))
        {
            throw new LocalRpcException($"{OpenCommand} needs an absolute path, not \"{path}\".") { ErrorCode = InvalidParams };
        }

        return (path, isShown);
    }

    private LocalRpcException Failure(string path, Exception error)
    {
        if (error is not (DumpFormatException or IOException or UnauthorizedAccessException))
        {
            log.Error($"Opening {path} failed: {error}");
        }

        string? action = error switch
        {
            DumpFormatException { Error: FormatError.Mismatch } => "selectVmlinux",
            DumpFormatException { Error: not FormatError.Io } when File.Exists(path) => "openHex",
            _ => null,
        };
        return new LocalRpcException(error.Message)
        {
            ErrorCode = RequestFailed,
            ErrorData = ProtocolJson.ToToken(new OpenDumpFailure(path, action)),
        };
    }
}
