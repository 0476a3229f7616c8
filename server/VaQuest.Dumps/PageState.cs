// PageState: what a dump says about one page of the crashed machine.
namespace VaQuest.Dumps;

/// <summary>The state of a page as the dump's own tables tell it; whether a present page's bytes are sound shows when it is read.</summary>
public enum PageState
{
    /// <summary>No RAM there, or nothing known about it.</summary>
    Hole,

    /// <summary>RAM that the dump's filter left out.</summary>
    Excluded,

    /// <summary>The dump holds the page.</summary>
    Present,

    /// <summary>The dump should hold the page, but the file was cut before it or never finished, or it is in another file of a split dump.</summary>
    Lost,
}
