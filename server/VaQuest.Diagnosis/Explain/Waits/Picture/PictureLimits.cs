// PictureLimits: how much of a wait-for graph is drawn.
namespace VaQuest.Diagnosis.Explain.Waits.Picture;

/// <summary>Bounds of a picture: what is beyond them is counted, and is in the text.</summary>
public sealed record PictureLimits
{
    /// <summary>For people: more boxes than these nobody follows.</summary>
    public static readonly PictureLimits Screen = new() { MaxNodes = 160, MaxWaiters = 6, MaxHolders = 8, MaxRest = 12 };

    /// <summary>For other tools.</summary>
    public static readonly PictureLimits File = new() { MaxNodes = 3 * WaitGraphBuilder.MaxWaits, MaxWaiters = 1024, MaxHolders = 1024, MaxRest = WaitGraphBuilder.MaxWaits };

    public required int MaxNodes { get; init; }

    /// <summary>Tasks drawn that wait for one thing; those in a circle, and those that others wait for, are drawn anyway.</summary>
    public required int MaxWaiters { get; init; }

    /// <summary>Tasks drawn that have one thing.</summary>
    public required int MaxHolders { get; init; }

    /// <summary>Tasks drawn that wait with nobody known to hold them up.</summary>
    public required int MaxRest { get; init; }
}
