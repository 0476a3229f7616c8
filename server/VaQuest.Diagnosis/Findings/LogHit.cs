// LogHit: a line of the kernel log that a rule recognised.
using VaQuest.Kernel.Log;

namespace VaQuest.Diagnosis.Findings;

/// <summary>A line and the record it is from.</summary>
/// <param name="Index">Number of the line, from 0.</param>
/// <param name="Line">Its text, not escaped.</param>
/// <param name="Record">The record.</param>
internal readonly record struct LogHit(int Index, string Line, LogRecord Record);
