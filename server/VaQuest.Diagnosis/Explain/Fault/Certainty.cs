// Certainty: how sure a conclusion is.
namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>Degrees, strongest first.</summary>
public enum Certainty
{
    /// <summary>The dump itself shows it.</summary>
    Shown,

    /// <summary>It fits what the dump shows, but other causes would fit too.</summary>
    Consistent,

    /// <summary>It cannot be told; the text says why, and what would tell.</summary>
    CannotTell,

    /// <summary>It speaks against another conclusion.</summary>
    Contradicts,
}
