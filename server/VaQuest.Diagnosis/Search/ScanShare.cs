// ScanShare: what a search tells while it goes on.
namespace VaQuest.Diagnosis.Search;

/// <summary>Passes hits and the share that is done to one listener. Used by one thread.</summary>
internal sealed class ScanShare(Action<PointerHit?, double>? watch) : IProgress<double>
{
    private double _share;

    public void Tell(PointerHit hit) => watch?.Invoke(hit, _share);

    public void Report(double value)
    {
        _share = value;
        watch?.Invoke(null, value);
    }
}
