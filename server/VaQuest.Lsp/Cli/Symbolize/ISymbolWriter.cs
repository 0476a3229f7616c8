// ISymbolWriter: a form in which symbolized addresses are printed.
using VaQuest.DebugInfo.Lines;
using VaQuest.Diagnosis.Images;

namespace VaQuest.Lsp.Cli.Symbolize;

/// <summary>Text or JSON.</summary>
internal interface ISymbolWriter : IDisposable
{
    void Write(ImageAddress address, SourceFrames? frames);

    /// <summary>Sends what was written: a program at the other end of the pipe may wait for it.</summary>
    void Flush();
}
