// CorruptLists: list entries of the stack's objects whose neighbours do not point back.
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Sources;
using VaQuest.Diagnosis.Text;

namespace VaQuest.Diagnosis.Findings;

/// <summary>Lists that were damaged before the crash, whether or not it has to do with them.</summary>
internal static class CorruptLists
{
    public static readonly FindingRule Rule = new()
    {
        Id = "corrupt-list",
        Severity = FindingSeverity.Error,
        Title = "A list is damaged",
        Meaning = "An object that a variable of the panic stack points to is in a list that is not whole: one neighbour points back to it, the other does not. "
            + "Something overwrote a link, an object was freed while it was in the list, or two CPUs changed the list without a lock.",
        Evidence = "The list_head members of those objects, read from memory. Entries that are empty, deleted (poisoned links) or in pages that are not in the dump do not count, "
            + "nor do those where no neighbour points back, because they may be no list at all.",
        Advice = "Look at the object on the far side of the broken link: what is it now, and who wrote there? A change that the crash itself interrupted looks the same.",
        Check = Check,
    };

    private static Finding? Check(FindingContext context)
    {
        IReadOnlyList<BrokenListMember> broken = context.Material.Health.BrokenLists;
        return broken.Count == 0 ? null : new Finding(
            Rule.Id,
            Rule.Severity,
            Rule.Title,
            FormattableString.Invariant($"{(broken.Count == 1 ? "One list entry is" : $"{broken.Count} list entries are")} linked from one side only."),
            [.. broken.Take(FindingContext.MaxEvidence).Select(Describe)]);
    }

    private static Evidence Describe(BrokenListMember member)
    {
        string direction = member.Link.IsNext ? "next" : "prev";
        string back = member.Link.IsNext ? "prev" : "next";
        string what = member.Link.PointsTo is { } elsewhere
            ? $"leads to {member.Link.Neighbour}, whose {back} is {elsewhere} and not {member.Link.Entry}"
            : $"leads to {member.Link.Neighbour}, where no memory is mapped";
        return new Evidence($"{member.Expression}.{direction} ({member.Type}, frame #{Words.Number(member.Frame.Index)} {FrameText.FunctionOf(member.Frame)}) {what}")
        {
            Address = member.Link.Entry,
            File = member.Frame.Source is { } source ? SourcePaths.Shorten(source) : null,
            Line = member.Frame.Source is { Line: > 0 } at ? at.Line : null,
        };
    }
}
