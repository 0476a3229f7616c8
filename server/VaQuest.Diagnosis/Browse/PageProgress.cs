// PageProgress: how far a page that takes long is, and what it has by now.
namespace VaQuest.Diagnosis.Browse;

/// <summary>A report while a page is made.</summary>
/// <param name="Share">The part that is done, 0 to 1.</param>
/// <param name="Row">A row that was found now, as it will stand in the page; null when only the share is told.</param>
public sealed record PageProgress(double Share, IReadOnlyList<Cell>? Row = null);
