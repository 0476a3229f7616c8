// LabDumpsAttribute: the lab's dumps as test data, by kernel and scenario.
using System.Reflection;
using Xunit.Sdk;

namespace VaQuest.TestKit;

/// <summary>
/// Gives (kernel, scenario) of every dump without a group, or of the dumps of one group ("*": of all dumps); optionally only those of one
/// kernel, or with one file.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LabDumpsAttribute(string? kernel = null, string file = "vmcore", string? group = null) : DataAttribute
{
    public string? Group { get; } = group;

    public string? Kernel { get; } = kernel;

    public string File { get; } = file;

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) =>
        Lab.Dumps()
            .Where(dump => Group == "*" || dump.Group == Group)
            .Where(dump => (Kernel is null || dump.Kernel == Kernel) && dump.Find(File) is not null)
            .Select(dump => new object[] { dump.Kernel, dump.Scenario });
}
