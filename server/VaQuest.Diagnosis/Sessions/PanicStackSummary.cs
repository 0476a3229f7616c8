// PanicStackSummary: the panic stack in numbers.
namespace VaQuest.Diagnosis.Sessions;

/// <summary>What an editor says about a frame of the panic stack.</summary>
/// <param name="Frames">How many there are.</param>
/// <param name="Cpu">The CPU, or null.</param>
/// <param name="Culprit">Index of the frame where it went wrong, or -1.</param>
public sealed record PanicStackSummary(int Frames, int? Cpu, int Culprit)
{
    /// <summary>The kind of crash as in JSON, or null.</summary>
    public string? Kind { get; init; }
}
