// TaskStates: the letters of ps in words.
namespace VaQuest.Diagnosis.Browse.Pages.Tasks;

/// <summary>Letters as proc(5) has them.</summary>
internal static class TaskStates
{
    /// <summary>In the order in which lists by state show them.</summary>
    public static IReadOnlyList<string> Order { get; } = ["R", "D", "S", "I", "T", "t", "P", "Z", "X", "?"];

    public static string Describe(string letter) => letter switch
    {
        "R" => "running or ready to run",
        "S" => "sleeping",
        "D" => "sleeping, not to be interrupted",
        "I" => "idle kernel thread",
        "T" => "stopped",
        "t" => "stopped by a tracer",
        "P" => "parked",
        "Z" => "ended, its parent has not asked yet",
        "X" => "dead",
        _ => "not known",
    };
}
