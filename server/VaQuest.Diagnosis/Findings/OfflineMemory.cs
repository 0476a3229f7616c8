// OfflineMemory: the crash used memory that was taken offline.
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Text;

namespace VaQuest.Diagnosis.Findings;

/// <summary>Pointers of the crash into memory blocks that are not online.</summary>
internal static class OfflineMemory
{
    public static readonly FindingRule Rule = new()
    {
        Id = "offline-memory",
        Severity = FindingSeverity.Warning,
        Title = "Offline memory in use",
        Meaning = "A register of the panic stack points into a memory block that is not online. Nothing in the kernel should use such memory: "
            + "a driver kept an address over a hot-remove, or the removal went wrong.",
        Evidence = "The registers that entries saved on the panic stack, translated, against the states of the memory blocks. Kernels without memory hotplug have none.",
        Advice = "Look at who owns the pointer and whether it listens to memory hotplug notifications. `vaquest whatis` tells more about the address.",
        Check = Check,
    };

    private static Finding? Check(FindingContext context)
    {
        IReadOnlyList<OfflineUse> uses = context.Material.Health.Offline;
        return uses.Count == 0 ? null : new Finding(
            Rule.Id,
            Rule.Severity,
            Rule.Title,
            $"{Words.Count(uses.Count, "register")} of the panic stack {(uses.Count == 1 ? "points" : "point")} into memory that is not online.",
            [.. uses.Take(FindingContext.MaxEvidence).Select(use => new Evidence(FormattableString.Invariant(
                $"{use.Name} = {use.Address} lies in memory block {use.Block.Number}, which is {use.Block.State}")) { Address = use.Address })]);
    }
}
