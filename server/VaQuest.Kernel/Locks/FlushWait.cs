// FlushWait: what the flush of a work item or of a workqueue waits for.
namespace VaQuest.Kernel.Locks;

/// <summary>A flush.</summary>
/// <param name="Workers">The workers that run what is waited for; when <paramref name="IsRunning"/> is false, those that are busy before it.</param>
/// <param name="IsRunning">True when these workers run the item or items of the queue.</param>
/// <param name="How">How that is known, half a sentence.</param>
public sealed record FlushWait(IReadOnlyList<BusyWorker> Workers, bool IsRunning, string How)
{
    /// <summary>The workqueue's name when the whole queue is flushed; null for one item.</summary>
    public string? Queue { get; init; }
}
