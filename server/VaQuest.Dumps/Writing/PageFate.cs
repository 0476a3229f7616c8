// PageFate: what becomes of a page when a dump is written.
namespace VaQuest.Dumps.Writing;

/// <summary>The decision for one page.</summary>
internal enum PageFate : byte
{
    /// <summary>Stored with its bytes.</summary>
    Stored,

    /// <summary>It holds only zeros.</summary>
    Zero,

    /// <summary>The dump level leaves it out.</summary>
    Excluded,

    /// <summary>It could not be read.</summary>
    Unreadable,
}
