// ITargetLookup: who knows what the spans of a document stand for.
using VaQuest.Diagnosis.Sources;
using VaQuest.Diagnosis.Text;

namespace VaQuest.Lsp.Server.Documents;

/// <summary>A dump, or what could be found out about a text log.</summary>
public interface ITargetLookup
{
    /// <summary>Plain lines about a target; empty when nothing is known.</summary>
    IReadOnlyList<string> Describe(SpanTarget target, CancellationToken cancellation);

    /// <summary>Its source places, innermost inlined function first.</summary>
    IReadOnlyList<ResolvedSource> FindSources(SpanTarget target, CancellationToken cancellation);
}
