// HangVerdict: what is said of a hang beside the log's own words.
using VaQuest.Diagnosis.Reports;

namespace VaQuest.Diagnosis.Explain;

/// <summary>Sentences for the verdict, and what they rest on.</summary>
internal sealed record HangVerdict(IReadOnlyList<string> Sentences, IReadOnlyList<Evidence> Evidence);
