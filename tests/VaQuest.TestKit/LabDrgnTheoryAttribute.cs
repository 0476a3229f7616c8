// LabDrgnTheoryAttribute: a test that holds lab dumps against drgn, skipped with the reason when either is missing.
using Xunit;

namespace VaQuest.TestKit;

/// <summary>Marks a test of one kernel's dumps that asks drgn; use with inline data of (kernel, scenario).</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LabDrgnTheoryAttribute : TheoryAttribute
{
    public LabDrgnTheoryAttribute(string kernel, params string[] scenarios)
    {
        string? missing = scenarios.FirstOrDefault(scenario => Lab.Find(kernel, scenario) is null);
        Skip = LabDrgn.MissingReason ?? (missing is null ? null : Lab.MissingReason(kernel, missing));
    }
}
