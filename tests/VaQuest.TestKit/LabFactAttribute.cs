// LabFactAttribute: a test that needs a real dump, skipped with the reason when the lab has not made it.
using Xunit;

namespace VaQuest.TestKit;

/// <summary>Marks a test of one lab scenario.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LabFactAttribute : FactAttribute
{
    public LabFactAttribute(string kernel, string scenario, string file = "vmcore")
    {
        Kernel = kernel;
        Scenario = scenario;
        File = file;
        bool isMissing = Lab.Find(kernel, scenario)?.Find(file) is null;
        if (isMissing)
        {
            Skip = Lab.MissingReason(kernel, scenario) + (file == "vmcore" ? "" : $" (needs {file})");
        }
    }

    public string Kernel { get; }

    public string Scenario { get; }

    public string File { get; }
}
