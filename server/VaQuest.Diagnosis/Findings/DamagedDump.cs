// DamagedDump: the dump or its debug information is not what it should be.
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Text;

namespace VaQuest.Diagnosis.Findings;

/// <summary>Says that the dump is incomplete, so that absent values are read as such.</summary>
internal static class DamagedDump
{
    public static Finding? Check(FindingContext context)
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

        return new Finding("incomplete-dump", "warning", "The dump is incomplete",
            "Part of the memory is missing from the file; what depended on it is marked as absent.", evidence);
    }
}
