// OpenedDump: the parts of an open dump that answer questions, wired together.
using VaQuest.Diagnosis.Images;
using VaQuest.Diagnosis.Sources;
using VaQuest.Dumps;
using VaQuest.Kernel;

namespace VaQuest.Diagnosis.Sessions;

/// <summary>What the composition root has put together. Everything in it is lazy and safe for concurrent use.</summary>
/// <param name="Dump">The file.</param>
/// <param name="Kernel">The kernel in it.</param>
/// <param name="DebugFiles">Debug information that matches.</param>
/// <param name="Sources">Local source files.</param>
internal sealed record OpenedDump(Vmcore Dump, LinuxKernel Kernel, DebugFiles DebugFiles, SourceResolver Sources);
