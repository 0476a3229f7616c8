// TextDiffers: code of the panic stack's functions that is not the kernel's.
using System.Globalization;
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Health;

namespace VaQuest.Diagnosis.Findings;

/// <summary>Memory that held other instructions than the kernel was built with.</summary>
internal static class TextDiffers
{
    /// <summary>Bytes shown of one difference.</summary>
    private const int MaxBytes = 8;

    public static readonly FindingRule Rule = new()
    {
        Id = "text-differs",
        Severity = FindingSeverity.Error,
        Title = "Code in memory is not the kernel's",
        Meaning = "A function of the panic stack holds other bytes in memory than in its vmlinux or its module's file. The CPU executed something that nobody wrote: "
            + "a flipped bit (hardware), a stray write (before write protection, or through an alias), or a root kit.",
        Evidence = "The function's bytes in the dump against the vmlinux, or the module's file with its code, of the same build id. What the kernel patches itself does not count: alternatives, paravirt calls, lock prefixes, "
            + "retpolines, returns, jump labels, static calls, function entries, probes, and moved or relocated addresses.",
        Advice = "One differing bit points to the machine's memory: test it. More bytes: look at what is written there, as text and as pointers.",
        Check = Check,
    };

    private static Finding? Check(FindingContext context)
    {
        IReadOnlyList<ChangedFunction> changed = context.Material.Health.ChangedText;
        if (changed.Count == 0)
        {
            return null;
        }

        List<Evidence> evidence = [.. changed.SelectMany(function => function.Differences.Select(difference => Describe(function, difference))).Take(FindingContext.MaxEvidence)];
        bool isBit = changed is [{ Differences: [{ Bits: 1 }] }];
        string text = isBit
            ? "One bit of the code differs from the file, as after a memory error."
            : $"The code of {Words.Count(changed.Count, "function")} of the panic stack differs from the file where the kernel does not patch itself.";
        return new Finding(Rule.Id, Rule.Severity, Rule.Title, text, evidence);
    }

    private static Evidence Describe(ChangedFunction function, TextDifference difference)
    {
        string bits = difference.Bits == 1 ? " (one bit)" : "";
        string expected = Hex(difference.Expected);
        return new Evidence($"at {difference.Address} in {FrameText.FunctionOf(function.Frame)}: the file has {expected}, memory has {Hex(difference.Found)}{bits}")
        {
            Address = difference.Address,
        };
    }

    private static string Hex(IReadOnlyList<byte> bytes) =>
        string.Join(' ', bytes.Take(MaxBytes).Select(b => b.ToString("x2", CultureInfo.InvariantCulture))) + (bytes.Count > MaxBytes ? " …" : "");
}
