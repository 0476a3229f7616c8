// PeerTheoryAttribute: a test that needs a lab dump and a program of other people, skipped with the reason when one is missing.
using Xunit;

namespace VaQuest.TestKit;

/// <summary>Marks a theory over one lab scenario that compares with an installed program.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PeerTheoryAttribute : TheoryAttribute
{
    public PeerTheoryAttribute(string kernel, string scenario, params string[] programs)
    {
        string? missing = programs.FirstOrDefault(program => Peer.Find(program) is null);
        if (Lab.Find(kernel, scenario)?.Find("vmcore") is null)
        {
            Skip = Lab.MissingReason(kernel, scenario);
        }
        else if (missing is not null)
        {
            Skip = $"{missing} is not installed; npm run lab -- prerequisites --install gets what the lab needs";
        }
    }
}
