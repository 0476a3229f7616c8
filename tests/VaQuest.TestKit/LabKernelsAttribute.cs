// LabKernelsAttribute: the lab's kernels as test data.
using System.Reflection;
using Xunit.Sdk;

namespace VaQuest.TestKit;

/// <summary>Gives the name of every kernel whose vmlinux is in the lab.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LabKernelsAttribute : DataAttribute
{
    public static string[] Names()
    {
        string kernels = Path.Combine(Lab.Root, "kernels");
        return Directory.Exists(kernels)
            ? [.. Directory.EnumerateDirectories(kernels).Where(directory => File.Exists(Path.Combine(directory, "vmlinux"))).Select(directory => Path.GetFileName(directory)).Order(StringComparer.Ordinal)]
            : [];
    }

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => Names().Select(name => new object[] { name });
}
