// LabKernelTheoryAttribute: a test over the kernels of the lab, skipped with the reason when there is none.
using Xunit;

namespace VaQuest.TestKit;

/// <summary>Marks a test of every kernel whose debug file the lab has: use with <see cref="LabKernelsAttribute"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LabKernelTheoryAttribute : TheoryAttribute
{
    public LabKernelTheoryAttribute()
    {
        if (LabKernelsAttribute.Names().Length == 0)
        {
            Skip = $"the lab has no kernels in {Lab.Root}; fetch one with: npm run lab -- make";
        }
    }
}
