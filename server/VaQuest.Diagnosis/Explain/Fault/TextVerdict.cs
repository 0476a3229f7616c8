// TextVerdict: puts changed code before every other explanation of a crash in it.
using System.Globalization;
using VaQuest.Binary;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Health;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>
/// When the function that an exception stopped is not the file's code, what its instructions did says nothing of the source: the memory is to blame.
/// </summary>
internal static class TextVerdict
{
    /// <summary>Bytes of code behind a difference that it may have turned into other instructions.</summary>
    private const ulong Reach = 64;

    /// <summary>The explanation by the changed code; the given one when the code of the crash is the file's.</summary>
    public static FaultExplanation? Apply(FaultScene scene, FaultExplanation? explanation)
    {
        if (scene.ExceptionFrame is not { IsReturnAddress: false } frame || explanation?.Cause == "text-corruption"
            || scene.Situation.Material.Health.ChangedText.FirstOrDefault(changed => changed.Frame.Pc == frame.Pc) is not { } function
            || function.Differences.FirstOrDefault(one => Touches(one, frame.Pc)) is not { } difference)
        {
            return explanation;
        }

        string bits = difference.Bits == 1 ? ", one flipped bit" : "";
        string file = Hex(difference.Expected);
        string text = $"at {difference.Address} the file of the {(frame.Module is null ? "kernel" : "module")} has {file}, memory has {Hex(difference.Found)}{bits}";
        string instruction = Instruction(scene, frame.Pc, difference) is { } was && was != scene.Codes.Reader?.Format(frame.Pc) ? $": the file has `{was}` where memory has `{scene.Codes.Reader?.Format(frame.Pc) ?? "?"}`" : "";
        var conclusions = new List<Conclusion> { new(Certainty.Shown, text) { Address = difference.Address } };
        if (difference.Bits == 1)
        {
            conclusions.Add(new Conclusion(Certainty.Consistent, "one flipped bit in code that is mapped read-only: a memory error, or a write through another mapping of the page") { Address = difference.Address });
        }

        conclusions.AddRange(explanation?.Conclusions ?? []);
        return new FaultExplanation
        {
            Cause = "text-corruption",
            Certainty = Certainty.Shown,
            Sentences =
            [
                $"The code of {FrameText.FunctionOf(frame)}() in memory is not what was loaded{instruction} ({Words.Count(difference.Found.Count, "byte")} at {difference.Address}{bits}).",
                "What the changed instructions did says nothing of the source.",
            ],
            Conclusions = conclusions,
            Instruction = explanation?.Instruction,
            Kind = explanation?.Kind,
        };
    }

    // The instruction that crashed begins in the difference, holds it, or stands shortly behind it.
    private static bool Touches(TextDifference difference, VirtAddr pc) =>
        difference.Address < pc + 16 && pc.Value < difference.Address.Value + (ulong)difference.Found.Count + Reach;

    // The instruction at the crash with the file's bytes put back.
    private static string? Instruction(FaultScene scene, VirtAddr pc, TextDifference difference)
    {
        byte[] bytes = new byte[16];
        if (difference.Address < pc || scene.Codes.Decoder is not { } decoder || !scene.Kernel.Reader.Read(pc, bytes).IsOk)
        {
            return null;
        }

        for (int i = 0; i < difference.Expected.Count && (int)(difference.Address - pc) + i < bytes.Length; i++)
        {
            bytes[(int)(difference.Address - pc) + i] = difference.Expected[i];
        }

        return decoder.Format(pc, bytes);
    }

    private static string Hex(IReadOnlyList<byte> bytes) =>
        string.Join(' ', bytes.Take(8).Select(b => b.ToString("x2", CultureInfo.InvariantCulture))) + (bytes.Count > 8 ? " …" : "");
}
