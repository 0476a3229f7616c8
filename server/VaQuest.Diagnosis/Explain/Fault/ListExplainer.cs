// ListExplainer: explains what the kernel's list checks found.
using System.Globalization;
using System.Text.RegularExpressions;
using VaQuest.Binary;
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Text;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>Reads the report of lib/list_debug.c and names its entries.</summary>
internal sealed partial class ListExplainer(FaultScene scene)
{
    /// <summary>sizeof(struct list_head).</summary>
    private const int LinkBytes = 16;

    private readonly List<Conclusion> _conclusions = [];

    /// <summary>The explanation; null when the log has no report of the list checks.</summary>
    public FaultExplanation? Explain()
    {
        if (scene.FindLineAbove("list_add ", "list_del ") is not { } line)
        {
            return null;
        }

        _conclusions.Add(new Conclusion(Certainty.Shown, "the kernel's list check: " + DumpText.Escape(line)));
        bool isAdd = line.StartsWith("list_add", StringComparison.Ordinal);
        CallArguments? arguments = scene.Culprit is { } caller ? new CallArguments(scene, caller, scene.Situation.FrameIndex) : null;
        (string cause, string sentence) = isAdd ? OfAdd(line, arguments) : OfDelete(line, arguments);
        ulong? entry = arguments?.ValueOf(0) ?? FirstAddress(line);
        ValueTrail? trail = arguments?.TrailOf(isAdd ? 1 : 0, isAdd ? null : entry);
        var sentences = new List<string> { sentence };
        if (trail is not null)
        {
            string text = TrailText.Sentence(scene, trail, "it", _conclusions);
            if (!isAdd && trail.Steps.Count > 1)
            {
                sentences.Add(text.Replace("It was passed", "The entry was passed", StringComparison.Ordinal));
            }
        }

        return new FaultExplanation
        {
            Cause = cause,
            Certainty = Certainty.Shown,
            Sentences = sentences,
            Conclusions = _conclusions,
            Expression = arguments?.TargetOf(isAdd ? 1 : 0, LinkBytes),
            Object = entry is { } at ? scene.Objects.Find(new VirtAddr(at))?.Text : null,
            Chain = trail?.Steps ?? [],
            Kind = PanicKind.ListCorruption,
        };
    }

    private static (string Cause, string Sentence) OfDelete(string line, CallArguments? arguments)
    {
        ulong? entry = FirstAddress(line);
        string what = arguments?.Describe(0, LinkBytes, entry) ?? (entry is { } at ? "at " + Words.Hex(at) : "whose address is not known");
        if (line.Contains("LIST_POISON", StringComparison.Ordinal))
        {
            string member = line.Contains("->next is LIST_POISON1", StringComparison.Ordinal) ? "next" : "prev";
            return ("list-del-twice", $"The list entry {what} was removed from its list although it had been removed before: its {member} pointer is the poison that list_del() leaves.");
        }

        if (line.Contains(" is NULL", StringComparison.Ordinal))
        {
            return ("list-not-initialised", $"The list entry {what} was removed, but its link is NULL: it was never put in a list, or was cleared.");
        }

        Match wrong = Wrong().Match(line);
        return wrong.Success
            ? ("list-corrupt", $"The list entry {what} is not in the list it claims to be in: the {(line.Contains("prev->next", StringComparison.Ordinal) ? "next pointer of the entry before it" : "prev pointer of the entry behind it")}"
                + $"{AtOf(line)} is 0x{DumpText.Escape(Trim(wrong.Groups["was"].Value))} instead of it.")
            : ("list-corrupt", $"The list entry {what} could not be removed: its links are damaged.");
    }

    private (string Cause, string Sentence) OfAdd(string line, CallArguments? arguments)
    {
        string entry = arguments?.Describe(0, LinkBytes, null) ?? "whose address is not known";
        if (line.StartsWith("list_add double add", StringComparison.Ordinal))
        {
            return ("list-add-twice", $"The list entry {entry} was added to a list that it already is in.");
        }

        Match wrong = Wrong().Match(line);
        if (!wrong.Success)
        {
            return ("list-corrupt", $"The list was damaged before the new entry {entry} was added to it.");
        }

        bool isNext = line.Contains("prev->next", StringComparison.Ordinal);
        ulong? holder = Address(isNext ? PrevAt().Match(line) : NextAt().Match(line));
        ulong? was = Parse(wrong.Groups["was"].Value);
        string name = arguments?.TargetOf(isNext ? 1 : 2, LinkBytes) is { } known ? $"`{known}`" : "the entry";
        string place = holder is { } at ? $" at {Words.Hex(at)}" : "";
        string near = holder is { } from && was is { } to && to - from is > 0 and < 4096 ? FormattableString.Invariant($", {to - from} bytes behind it: an address inside of its own object") : "";
        if (holder is { } link)
        {
            _conclusions.Add(new Conclusion(Certainty.Consistent, "the link having been overwritten since its entry was added; who wrote it is not in the dump") { Address = new VirtAddr(link) });
        }

        return ("list-overwritten", $"The list was damaged before the new entry was added: the {(isNext ? "next" : "prev")} pointer of {name}{place} should be 0x{DumpText.Escape(Trim(wrong.Groups["should"].Value))} but is 0x{DumpText.Escape(Trim(wrong.Groups["was"].Value))}{near}.");
    }

    private static string AtOf(string line) => Address(line.Contains("prev->next", StringComparison.Ordinal) ? PrevAt().Match(line) : NextAt().Match(line)) is { } at ? $" at {Words.Hex(at)}" : "";

    private static ulong? Address(Match match) => match.Success ? Parse(match.Groups[1].Value) : null;

    private static ulong? FirstAddress(string line) => Word().Match(line) is { Success: true } match ? Parse(match.Value) : null;

    private static ulong? Parse(string hex) => ulong.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value) ? value : null;

    private static string Trim(string hex) => hex.TrimStart('0') is { Length: > 0 } rest ? rest : "0";

    [GeneratedRegex(@"should be (?:(?:next|prev) \()?(?<should>[0-9a-f]{8,16})\)?, but was (?<was>[0-9a-f]{8,16})")]
    private static partial Regex Wrong();

    [GeneratedRegex(@"\(prev=([0-9a-f]{8,16})\)")]
    private static partial Regex PrevAt();

    [GeneratedRegex(@"\(next=([0-9a-f]{8,16})\)")]
    private static partial Regex NextAt();

    [GeneratedRegex(@"\b[0-9a-f]{16}\b")]
    private static partial Regex Word();
}
