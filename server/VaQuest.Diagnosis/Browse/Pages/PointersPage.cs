// PointersPage: who points to an object.
using VaQuest.Binary;
using VaQuest.Diagnosis.Search;
using VaQuest.Dumps.Scanning;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>`vaquest pointers`: the places in all memory that point into the object that holds an address; editors show it as references.</summary>
internal static class PointersPage
{
    /// <summary>Places that are listed; `vaquest search --limit` lists more.</summary>
    private const int MaxHits = 1000;

    private static readonly Column[] s_columns = [new("address", "place"), new("value", "points to"), new("what", "what the place belongs to"), new("kind", "")];

    public static PageSource Source { get; } = new(
        "pointers", "Who points here: all places in memory that point into the object at an address.", "ADDR", true, Read);

    private static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        VirtAddr address = PageArguments.Address(context, argument!);
        PointerTarget target = TargetAt(context, address, out string? note);
        (IReadOnlyList<PointerHit> hits, ScanSummary summary) = context.Pointers.FindFirst(target, MaxHits, Watch(context.Progress), cancellation);
        cancellation.ThrowIfCancellationRequested();
        string? unread = summary.PagesNotRead > 0 ? FormattableString.Invariant($"{summary.PagesNotRead} pages could not be read and were not searched") : null;
        string? cut = summary.IsStopped ? FormattableString.Invariant($"the search stopped after {MaxHits} places; vaquest search --limit lists more") : null;
        return new Page("pointers", $"Who points to {target.Text}", [
            new Table("pointers", "Pointers", s_columns, [.. hits.Select(RowOf)]) { Notes = Cells.Notes(note, unread, cut) },
        ]);
    }

    private static Action<PointerHit?, double>? Watch(IProgress<PageProgress>? progress) =>
        progress is null ? null : (hit, share) => progress.Report(new PageProgress(share, hit is null ? null : RowOf(hit)));

    private static IReadOnlyList<Cell> RowOf(PointerHit hit) =>
    [
        hit.Place is { } place ? Cell.Address(place, "") : Cell.Hex(hit.Physical.Value), Cell.Address(new VirtAddr(hit.Value), ""),
        Cell.Of(hit.What.Text), Cell.Of(hit.What.Kind),
    ];

    /// <summary>The object around the address; where none is known, the address alone.</summary>
    private static PointerTarget TargetAt(PageContext context, VirtAddr address, out string? note)
    {
        try
        {
            note = null;
            return context.Pointers.ObjectAt(address);
        }
        catch (DumpFormatException)
        {
            note = "no object is known at this address: only pointers to exactly this address are listed";
            return new PointerTarget(address.Value, 1, address.ToString());
        }
    }
}
