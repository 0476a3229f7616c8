// CoverageState: the words for how far an area could be read.
namespace VaQuest.Kernel;

/// <summary>States of a <see cref="CoverageEntry"/>.</summary>
public static class CoverageState
{
    /// <summary>Everything was read; the reason says from where.</summary>
    public const string Full = "full";

    /// <summary>Some of it was read.</summary>
    public const string Partial = "partial";

    /// <summary>Nothing of it could be read.</summary>
    public const string Missing = "missing";
}
