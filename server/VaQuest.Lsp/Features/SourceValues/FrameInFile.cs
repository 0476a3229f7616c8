// FrameInFile: a frame of the crashed stack whose code is in a source file of this machine.
using VaQuest.Diagnosis.Values;
using VaQuest.Lsp.Server.Dumps;

namespace VaQuest.Lsp.Features.SourceValues;

/// <summary>A frame as seen from one file.</summary>
/// <param name="Dump">The open dump.</param>
/// <param name="Frame">The frame.</param>
/// <param name="Line">The line in this file that crashed or called, 1-based; 0 when that line is in another file.</param>
/// <param name="FirstLine">First line of the frame's function in this file, 1-based; 0 when it is not known to be here.</param>
/// <param name="LastLine">Last line of it.</param>
internal sealed record FrameInFile(OpenDump Dump, CrashFrame Frame, int Line, int FirstLine, int LastLine)
{
    /// <summary>True when code of the frame stands on a line.</summary>
    public bool Covers(int line) => line == Line || (FirstLine > 0 && line >= FirstLine && line <= LastLine);

    /// <summary>The variable that a name means on a line, or null.</summary>
    public CrashVariable? Find(string name, int line) =>
        Covers(line) ? Frame.ReadVariables().LastOrDefault(variable => variable.Name == name && variable.IsInScope(line)) : null;
}
