// ValueFormat: how much of a value is shown.
namespace VaQuest.Kernel.Values;

/// <summary>Limits of one value's text.</summary>
public sealed record ValueFormat
{
    /// <summary>One line of at most some eighty characters.</summary>
    public static readonly ValueFormat Line = new();

    /// <summary>Members on lines of their own, two levels deep.</summary>
    public static readonly ValueFormat Nested = new() { IsNested = true, MaxDepth = 2, MaxLength = 1 << 20, MaxElements = 128, MaxText = 1024 };

    /// <summary>True to put members of structures on lines of their own.</summary>
    public bool IsNested { get; init; }

    /// <summary>Structures inside of structures that are opened; deeper ones are {...}.</summary>
    public int MaxDepth { get; init; } = 1;

    /// <summary>Characters after which a line ends with "...".</summary>
    public int MaxLength { get; init; } = 80;

    /// <summary>Elements of one array.</summary>
    public int MaxElements { get; init; } = 16;

    /// <summary>The first element that is shown of a value that is an array itself.</summary>
    public long FirstElement { get; init; }

    /// <summary>Characters of one text.</summary>
    public int MaxText { get; init; } = 64;

    /// <summary>Members of one structure; the largest of a kernel has some hundred.</summary>
    public int MaxMembers { get; init; } = 1024;

    /// <summary>Lines of a nested value.</summary>
    public int MaxLines { get; init; } = 5000;
}
