// LabTheoryAttribute: a test over every dump of the lab, skipped with the reason when there is none.
using Xunit;

namespace VaQuest.TestKit;

/// <summary>Marks a test that runs over all dumps: use with <see cref="LabDumpsAttribute"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LabTheoryAttribute : TheoryAttribute
{
    public LabTheoryAttribute()
    {
        if (Lab.Dumps().Count == 0)
        {
            Skip = $"the lab has made no dumps in {Lab.Root}; make them with: npm run lab -- make";
        }
    }
}
