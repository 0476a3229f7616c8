// StackSelection: whose stacks are asked for.
namespace VaQuest.Diagnosis.Sessions;

/// <summary>A choice of stacks; without any member set, the panic stack alone.</summary>
public sealed record StackSelection
{
    /// <summary>What this CPU was executing.</summary>
    public int? Cpu { get; init; }

    /// <summary>The thread with this id; 0 stands for all idle tasks.</summary>
    public int? Pid { get; init; }

    /// <summary>Every thread.</summary>
    public bool All { get; init; }
}
