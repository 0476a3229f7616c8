// LogHit: a line of the kernel log that a rule recognised.
using VaQuest.Kernel.Log;

namespace VaQuest.Diagnosis.Findings;

/// <summary>A line and the record it is from. A class, so that lists of it are compiled ahead.</summary>
/// <param name="Index">Number of the line, from 0.</param>
/// <param name="Line">Its text, not escaped.</param>
/// <param name="Record">The record.</param>
internal sealed record LogHit(int Index, string Line, LogRecord Record);
