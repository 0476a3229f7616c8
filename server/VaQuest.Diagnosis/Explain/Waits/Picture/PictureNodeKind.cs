// PictureNodeKind: what a box of the wait-for picture stands for.
namespace VaQuest.Diagnosis.Explain.Waits.Picture;

/// <summary>Kinds of boxes; clients choose shapes by them.</summary>
public enum PictureNodeKind
{
    Task,

    /// <summary>A lock, a page or a bit.</summary>
    Lock,
    Completion,

    /// <summary>A work item or a workqueue.</summary>
    Work,

    /// <summary>A grace period.</summary>
    Rcu,

    /// <summary>An event, or a time.</summary>
    Event,

    /// <summary>A request to a disk.</summary>
    Io,
    Cpu,

    /// <summary>Tasks that are not drawn one by one.</summary>
    More,
}
