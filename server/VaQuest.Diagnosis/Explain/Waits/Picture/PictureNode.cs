// PictureNode: a box of the wait-for picture.
namespace VaQuest.Diagnosis.Explain.Waits.Picture;

/// <summary>One box with its text, its place and its links.</summary>
public sealed record PictureNode
{
    public required PictureNodeKind Kind { get; init; }

    /// <summary>Short lines, at most <see cref="PictureMeasures.MaxLine"/> characters each; text of the dump is escaped.</summary>
    public required IReadOnlyList<string> Lines { get; init; }

    /// <summary>The same in full, in one line: for screen readers and tooltips.</summary>
    public required string Description { get; init; }

    /// <summary>The first is what a click follows.</summary>
    public IReadOnlyList<PictureLink> Links { get; init; } = [];

    /// <summary>True for what a circle of waiting tasks leads through.</summary>
    public bool IsInDeadlock { get; init; }

    /// <summary>True for a task that others wait for and that itself waits for none.</summary>
    public bool IsRoot { get; init; }

    /// <summary>Left edge, in the units of <see cref="PictureMeasures"/>.</summary>
    public int X { get; init; }

    /// <summary>Upper edge.</summary>
    public int Y { get; init; }

    public int Height => PictureMeasures.HeightOf(Lines.Count);
}
