// BuiltServerTheoryAttribute: a test of the built executable, skipped with the reason when it is not named.
using Xunit;

namespace VaQuest.Lsp.Tests.Cli;

/// <summary>`npm test` builds the executable first and names it in VAQUEST_SERVER.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BuiltServerTheoryAttribute : TheoryAttribute
{
    public BuiltServerTheoryAttribute()
    {
        if (!File.Exists(Path))
        {
            Skip = Path is null ? "VAQUEST_SERVER names no built executable (npm test builds one and names it)" : $"VAQUEST_SERVER names {Path}, which does not exist";
        }
    }

    /// <summary>The executable, or null when none is named.</summary>
    public static string? Path { get; } = Environment.GetEnvironmentVariable("VAQUEST_SERVER") is { Length: > 0 } named ? named : null;
}
