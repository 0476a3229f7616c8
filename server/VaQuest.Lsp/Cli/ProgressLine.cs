// ProgressLine: how far a long command is, on one line of a terminal.
using System.Diagnostics;

namespace VaQuest.Lsp.Cli;

/// <summary>
/// Rewrites one line on standard error, a few times a second, when that is a terminal; otherwise it says nothing. Disposing wipes the line.
/// </summary>
internal sealed class ProgressLine(Output output, string what) : IProgress<double>, IDisposable
{
    private const int MillisecondsBetween = 100;

    private readonly Stopwatch _sinceShown = Stopwatch.StartNew();
    private bool _isShown;

    public void Report(double share)
    {
        if (!output.ShowsProgress || _sinceShown.ElapsedMilliseconds < MillisecondsBetween)
        {
            return;
        }

        _sinceShown.Restart();
        _isShown = true;
        output.WriteProgress(FormattableString.Invariant($"{what} {Math.Floor(share * 100)} %"));
    }

    public void Dispose()
    {
        if (_isShown)
        {
            output.WriteProgress("");
        }
    }
}
