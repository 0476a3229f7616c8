// KnownIssue: a crash that somebody has seen before, as a rule of the user.
using System.Text.RegularExpressions;

namespace VaQuest.Diagnosis.Findings;

/// <summary>A known issue: when it applies, and what to tell. All conditions that are set must hold; one at least is set.</summary>
public sealed record KnownIssue
{
    /// <summary>Name in the user's file, in kebab-case.</summary>
    public required string Id { get; init; }

    public required string Title { get; init; }

    /// <summary>Sentences; may be empty.</summary>
    public string Text { get; init; } = "";

    /// <summary>An https address, or null.</summary>
    public string? Link { get; init; }

    /// <summary>One of <see cref="FindingSeverity"/>.</summary>
    public string Severity { get; init; } = FindingSeverity.Warning;

    /// <summary>The file that it is from, for the evidence.</summary>
    public required string File { get; init; }

    /// <summary>The whole signature.</summary>
    public string? Signature { get; init; }

    /// <summary>What the signature begins with.</summary>
    public string? SignaturePrefix { get; init; }

    /// <summary>The kind of crash as in JSON: "null-pointer-dereference".</summary>
    public string? Kind { get; init; }

    /// <summary>A function anywhere in the panic stack, without what the compiler adds to names.</summary>
    public string? Function { get; init; }

    /// <summary>A module anywhere in the panic stack.</summary>
    public string? Module { get; init; }

    /// <summary>A pattern in the panic's message or in the "Kernel panic" line.</summary>
    public Regex? Message { get; init; }

    /// <summary>The first release, as numbers: "6.1.20" counts from there on.</summary>
    public string? ReleaseFrom { get; init; }

    /// <summary>The first release that does not count any more.</summary>
    public string? ReleaseBefore { get; init; }

    /// <summary>A taint flag as in the report.</summary>
    public string? Taint { get; init; }
}
