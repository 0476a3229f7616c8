// Openers: how the command line gets at dumps; tests put their own in.
using VaQuest.Diagnosis.Sessions;

namespace VaQuest.Lsp.Cli;

/// <summary>The seams between the command line and the engine.</summary>
/// <param name="OpenSession">Opens a dump. Throws DumpFormatException with one sentence.</param>
/// <param name="ReadInfo">Reads what a dump file says of itself. Throws DumpFormatException with one sentence.</param>
internal sealed record Openers(
    Func<string, SessionOptions, CancellationToken, IDumpSession> OpenSession, Func<string, CancellationToken, DumpInfo> ReadInfo)
{
    public static readonly Openers Real = new(DumpSession.Open, DumpInfo.Read);

    /// <summary>Opens a device dump, by name or number, of a dump. Throws DumpFormatException with one sentence.</summary>
    public Func<string, string, CancellationToken, DeviceDumpFile> OpenDeviceDump { get; init; } = DeviceDumpFile.Open;
}
