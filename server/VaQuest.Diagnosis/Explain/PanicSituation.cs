// PanicSituation: what the explanation of a crash is written from.
using VaQuest.Diagnosis.Reports;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Explain;

/// <summary>The crash as the log tells it and as the stack shows it.</summary>
internal sealed record PanicSituation(PanicRecord Record, StackTrace? Stack, StackFrame? Frame, int FrameIndex, CrashMaterial Material);
