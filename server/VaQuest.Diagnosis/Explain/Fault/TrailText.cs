// TrailText: the way of a bad value as a sentence, and its steps as conclusions.
using VaQuest.Diagnosis.Text;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>Writes trails.</summary>
internal static class TrailText
{
    /// <summary>Functions named one by one in a sentence.</summary>
    private const int MaxNamed = 4;

    /// <summary>One sentence about where a value came from; adds what it rests on.</summary>
    public static string Sentence(FaultScene scene, ValueTrail trail, string subject, List<Conclusion> conclusions)
    {
        foreach (ValueStep step in trail.Steps)
        {
            string value = step.Value is { } known ? $" ({Words.Hex(known)})" : "";
            conclusions.Add(new Conclusion(Certainty.Shown, FormattableString.Invariant($"frame #{step.FrameIndex}: {step.Text}{value}"))
            {
                File = step.Location is { } location ? FrameText.FileOf(location) : null,
                Line = step.Location?.Line,
            });
        }

        ValueOrigin origin = trail.Origin;
        string from = OriginText(scene, trail, conclusions);
        if (trail.Steps.Count <= 1)
        {
            return $"{(origin.Text == $"returned by {subject.Trim('`')}" ? "It" : Capital(subject))} {Verb(origin)} {from}.";
        }

        string last = TrailFinder.FunctionOf(origin.Frame);
        List<string> between = [.. trail.Steps.Skip(1).SkipLast(1).Select(step => step.Function + "()").Distinct()];
        string through = between.Count == 0 ? "" : between.Count <= MaxNamed ? $" through {string.Join(" and ", between)}" : $" through {between.Count} functions";
        string place = origin.Frame.Logical.Source is { Line: > 0 } source ? $" ({FrameText.SourceOf(source)})" : "";
        string what = trail.Steps[^1].Expression is { Length: > 0 } passed && passed != trail.Steps[0].Expression && IsSource(passed) ? $", there `{passed}`," : "";
        return origin.Kind switch
        {
            OriginKind.Parameter or OriginKind.Unknown => $"It was passed by {last}{place}{through}{what} where it was {from}.",
            _ => $"It was passed by {last}{place}{through}, where it was {from}.",
        };
    }

    private static bool IsSource(string expression) => !expression.StartsWith('%') && expression.Length > 3;

    private static string Verb(ValueOrigin origin) => origin.Kind is OriginKind.Constant or OriginKind.Parameter ? "is" : "was";

    private static string Capital(string text) => text.Length > 0 && char.IsLower(text[0]) ? char.ToUpperInvariant(text[0]) + text[1..] : text;

    // "loaded from `ring->slots[index]` at 0x… (lab_ring+0x40 [lab_null]), which still holds it"
    private static string OriginText(FaultScene scene, ValueTrail trail, List<Conclusion> conclusions)
    {
        ValueOrigin origin = trail.Origin;
        // A value that has no name but its place says nothing new by it.
        bool isSelf = origin.Name is { } read && trail.Steps.Count <= 1 && trail.Steps is [{ } only] && only.Expression == read.Text;
        string text = isSelf ? "read" : origin.Text;
        if (origin is not { Kind: OriginKind.Memory, Address: { } address })
        {
            return origin.Kind == OriginKind.Memory ? text + " (at an address that is not known any more)" : text;
        }

        string note = scene.Objects.Find(address) is { } found ? $" ({found.Text})" : "";
        text += $" at {Words.Hex(address.Value)}{note}";
        text += trail.Walk is { } walk ? $", {walk}" : "";
        text += origin.IsAddressFromMemory ? ", going by the memory as it is now" : "";
        ulong? used = trail.Steps.Count > 0 && trail.Steps[^1].Value is { } last ? unchecked(last - (ulong)origin.Added) : null;
        if (origin.ValueNow is not { } now)
        {
            conclusions.Add(new Conclusion(Certainty.CannotTell, $"what is at {Words.Hex(address.Value)} now: that memory is not in the dump") { Address = address });
            return text;
        }

        if (used is null || now == used)
        {
            conclusions.Add(new Conclusion(Certainty.Shown, $"the memory at {Words.Hex(address.Value)} holds {Words.Hex(now)}" + (used is null ? "" : ", the value that the CPU used")) { Address = address });
            return text + (used is null ? $", which holds {Words.Hex(now)} now" : ", which still holds it");
        }

        conclusions.Add(new Conclusion(
            Certainty.Contradicts, $"the memory at {Words.Hex(address.Value)} holds {Words.Hex(now)} now, but the CPU used {Words.Hex(used.Value)}: it changed in between, as in a race or a use after free")
        { Address = address });
        return text + $", which now holds {Words.Hex(now)} instead: it changed after the CPU had read it";
    }
}
