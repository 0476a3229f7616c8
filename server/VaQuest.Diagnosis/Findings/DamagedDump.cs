// DamagedDump: the dump or its debug information is not what it should be.
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Text;

namespace VaQuest.Diagnosis.Findings;

/// <summary>Says that the dump is incomplete, so that absent values are read as such.</summary>
internal static class DamagedDump
{
    public static readonly FindingRule Rule = new()
    {
        Id = "incomplete-dump",
        Severity = FindingSeverity.Warning,
        Title = "The dump is incomplete",
        Meaning = "Part of the machine's memory is missing from the file: it was cut, damaged, or still being written. What depended on the missing "
            + "part is marked as absent; nothing is filled in.",
        Evidence = "What the reader of the file's format found missing. Pages that makedumpfile left out on purpose do not count.",
        Advice = "Copy the file again and compare sizes; look for a full disk or a reboot in the middle of the dump. `vaquest verify` lists what is damaged.",
        Check = Check,
    };

    private static Finding? Check(FindingContext context)
    {
        if (context.Material.Dump.IsComplete)
        {
            return null;
        }

        var evidence = new List<Evidence>();
        foreach (string warning in context.Material.Warnings)
        {
            evidence.Add(new Evidence(DumpText.Escape(warning)));
        }

        return new Finding(Rule.Id, Rule.Severity, Rule.Title,
            "Part of the memory is missing from the file; what depended on it is marked as absent.", evidence);
    }
}
