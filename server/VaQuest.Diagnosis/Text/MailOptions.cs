// MailOptions: what a report for others leaves out.
namespace VaQuest.Diagnosis.Text;

/// <summary>Choices for <see cref="MailReport"/>.</summary>
public sealed record MailOptions
{
    /// <summary>Kernel addresses become labels; equal addresses have equal labels.</summary>
    public bool HideAddresses { get; init; }

    /// <summary>The host's name, the command line, directories, and names of user tasks are left out.</summary>
    public bool HideNames { get; init; }
}
