// StolenTimes: a virtual machine whose host gave it too little time.
using System.Globalization;
using VaQuest.Diagnosis.Reports;
using VaQuest.Kernel.Health;

namespace VaQuest.Diagnosis.Findings;

/// <summary>Steal time that is a large part of the uptime.</summary>
internal static class StolenTimes
{
    /// <summary>Part of the uptime from which on watchdogs become doubtful.</summary>
    private const double Share = 0.1;

    /// <summary>Shorter than this is the noise of a boot.</summary>
    private const double LeastSeconds = 5;

    public static readonly FindingRule Rule = new()
    {
        Id = "stolen-time",
        Severity = FindingSeverity.Note,
        Title = "The host gave this machine too little time",
        Meaning = "The hypervisor kept CPUs waiting for more than a tenth of the time since boot. Lockups, stalls and timeouts may then come from the host and not from this kernel.",
        Evidence = "The steal time that each CPU counted, against the uptime. Hosts that do not report steal time leave it at zero, and the rule silent.",
        Advice = "Look at the load of the host, and at the CPUs it has promised to its guests.",
        Check = Check,
    };

    private static Finding? Check(FindingContext context)
    {
        if (!context.Material.System.UptimeSeconds.HasValue)
        {
            return null;
        }

        double uptime = context.Material.System.UptimeSeconds.Value;
        List<StolenTime> stolen = [.. context.Material.Health.Stolen.Where(time => time.Seconds > LeastSeconds && time.Seconds <= uptime && time.Seconds > uptime * Share)];
        return stolen.Count == 0 ? null : new Finding(
            Rule.Id,
            Rule.Severity,
            Rule.Title,
            "CPUs waited for the host for a large part of the time since boot.",
            [.. stolen.OrderByDescending(time => time.Seconds).Take(FindingContext.MaxEvidence).Select(time => Describe(time, uptime))]);
    }

    private static Evidence Describe(StolenTime time, double uptime) => new(string.Create(
        CultureInfo.InvariantCulture, $"CPU {time.Cpu}: {time.Seconds:0.0} s of {uptime:0.0} s ({time.Seconds / uptime:0%})"));
}
