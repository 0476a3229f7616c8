// ValueTrail: the way of a bad value from where it was first seen to the crash.
namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>Steps, the crash's own first, and where the value came from.</summary>
internal sealed record ValueTrail(IReadOnlyList<ValueStep> Steps, ValueOrigin Origin)
{
    /// <summary>What a chain of pointers was followed through, or null: how many objects, and from where.</summary>
    public string? Walk { get; init; }
}
