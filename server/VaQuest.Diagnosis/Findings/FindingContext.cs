// FindingContext: what a rule may look at.
using VaQuest.Diagnosis.Explain;
using VaQuest.Diagnosis.Reports;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Findings;

/// <summary>The material of a report and what was concluded from it so far.</summary>
internal sealed record FindingContext(CrashMaterial Material, PanicFacts Panic, PanicRecord Record, LogLines Log, StackTrace? PanicStack);
