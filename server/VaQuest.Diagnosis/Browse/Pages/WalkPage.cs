// WalkPage: the entries of a list or tree at an address.
using VaQuest.Binary;
using VaQuest.Kernel.Values;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>
/// `vaquest walk DUMP KIND:ADDR[:STRUCT.MEMBER]`: where an object's list_head or tree leads. Without the member that links its elements the nodes
/// are listed; of a list any entry may be given, and then the head is among them.
/// </summary>
internal static class WalkPage
{
    /// <summary>Rows; a list of more is no list for eyes, and print walks it too.</summary>
    private const int MaxRows = 10_000;

    public static PageSource Source { get; } = new(
        "walk",
        "Print the entries of a list or tree: KIND:ADDR[:STRUCT.MEMBER], KIND one of list, hlist, llist, plist, rbtree, xarray, idr, maple_tree.",
        "WHAT",
        true,
        Read);

    /// <summary>The page of a container, as <see cref="Text.SpanTarget.Page"/> names it.</summary>
    public static string NameOf(ContainerMember member) =>
        FormattableString.Invariant($"walk/{member.Kind}:{member.Address}{(member.Element is null ? "" : ":" + member.Element)}");

    private static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        string[] parts = argument!.Split(':');
        var finder = new ContainerFinder(context.Kernel.Reader, context.Kernel.Types);
        if (parts.Length is < 2 or > 3)
        {
            throw PageArguments.Fail(context, $"\"{argument}\" is no list or tree: write KIND:ADDR or KIND:ADDR:STRUCT.MEMBER, as in list:0xffff888003a1c000:task_struct.sibling");
        }

        VirtAddr head = PageArguments.Address(context, parts[1]);
        (string Tag, ulong Offset)? element = parts.Length < 3 ? null : finder.FindElement(parts[2])
            ?? throw PageArguments.Fail(context, $"this kernel has no {parts[2]}: write the structure and the member in it that links the elements");
        WalkResult walk = finder.Walk(parts[0], head)
            ?? throw PageArguments.Fail(context, $"\"{parts[0]}\" is no kind of container: write list, hlist, llist, plist, rbtree, xarray, idr or maple_tree");
        string[] limit = walk.Items.Count > MaxRows ? [FormattableString.Invariant($"it has {walk.Items.Count} entries; the first {MaxRows} are listed")] : [];
        string[] damage = walk.Damage is { } found ? [found] : [];
        bool isIndex = parts[0] is "xarray" or "idr" or "maple_tree";
        var table = new Table(
            "entries",
            "Entries",
            [
                new("number", "#", true), new("first", isIndex ? "FROM" : "", true), new("last", isIndex ? "TO" : "", true), new("node", isIndex ? "ENTRY" : "NODE"),
                new("object", element is null ? "" : "struct " + element.Value.Tag),
            ],
            [
                .. walk.Items.Take(MaxRows).Select((item, number) => (IReadOnlyList<Cell>)
                [
                    Cell.Of((long)number),
                    item.First is { } first ? Cell.HexAs(first, Index(first)) : Cell.None("it has no index"),
                    item.Last is { } last ? Cell.HexAs(last, Index(last)) : Cell.None("it has no index"),
                    Cell.Address(item.Address, ""),
                    element is { } known
                        ? Cell.Address(item.Address - known.Offset, "", "struct " + known.Tag)
                        : Cell.None("the structure around the node is not known"),
                ]),
            ]) { Notes = [.. damage, .. limit] };
        return new Page("walk", FormattableString.Invariant($"{parts[0]} at {head}{(parts.Length > 2 ? " of " + parts[2] : "")}"), [table]);
    }

    // Small indices are counts, large ones addresses or file offsets.
    private static string Index(ulong value) => value < 1 << 20 ? value.ToString(System.Globalization.CultureInfo.InvariantCulture) : Text.Words.Hex(value);
}
