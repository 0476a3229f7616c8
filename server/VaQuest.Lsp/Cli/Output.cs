// Output: the one place that writes to the process's standard streams.
using System.Text;
using VaQuest.Diagnosis.Text;

namespace VaQuest.Lsp.Cli;

/// <summary>Standard output and error of a command. Tests give their own streams.</summary>
internal sealed class Output : IDisposable
{
    private const int BufferBytes = 1 << 16;

    private readonly StreamWriter _out;
    private readonly TextWriter _error;
    private readonly Stream _raw;
    private readonly Func<Stream> _openInput;

    public Output(Stream standardOutput, TextWriter standardError, Func<Stream> openInput, bool useColour = false, bool showsProgress = false)
    {
        _raw = standardOutput;
        _out = new StreamWriter(standardOutput, new UTF8Encoding(false), BufferBytes) { NewLine = "\n" };
        _error = standardError;
        _openInput = openInput;
        UseColour = useColour;
        ShowsProgress = showsProgress;
    }

    /// <summary>Buffered; flushed at the end of the command.</summary>
    public TextWriter Out => _out;

    /// <summary>True on a terminal whose user does not refuse colours.</summary>
    public bool UseColour { get; }

    /// <summary>True when standard error is a terminal, where a line can be rewritten.</summary>
    public bool ShowsProgress { get; }

#pragma warning disable RS0030 // This class is the command line's console: everything else writes through it.
    public static Output ForProcess()
    {
        bool isTerminal = !Console.IsOutputRedirected;
        bool useColour = isTerminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");
        return new Output(Console.OpenStandardOutput(), Error(), Console.OpenStandardInput, useColour, showsProgress: !Console.IsErrorRedirected);
    }

    private static StreamWriter Error() => new(Console.OpenStandardError(), new UTF8Encoding(false), 1024) { NewLine = "\n", AutoFlush = true };
#pragma warning restore RS0030

    public Stream OpenInput() => _openInput();

    /// <summary>The unbuffered stream, for bytes and for the language server.</summary>
    public Stream OpenRawOutput()
    {
        _out.Flush();
        return _raw;
    }

    /// <summary>One line on standard error, with the program's name in front; line breaks and control bytes cannot get through.</summary>
    public void WriteError(string message) => _error.WriteLine("vaquest: " + DumpText.Escape(message));

    /// <summary>A further line of an error, such as the place that it points at, without the program's name.</summary>
    public void WriteErrorDetail(string line) => _error.WriteLine(DumpText.Escape(line));

    public void WriteWarning(string message) => WriteError("warning: " + message);

    /// <summary>Replaces the line of progress on standard error; an empty text wipes it. Only when <see cref="ShowsProgress"/>.</summary>
    public void WriteProgress(string text)
    {
        _error.Write("\r\x1b[K" + DumpText.Escape(text));
        _error.Flush();
    }

    /// <summary>Writes a document, coloured on a terminal.</summary>
    public void Write(AnnotatedText document)
    {
        if (UseColour)
        {
            AnsiText.Write(_out, document);
        }
        else
        {
            _out.Write(document.Text);
        }
    }

    public void Dispose()
    {
        try
        {
            _out.Flush();
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // The reader of the pipe has gone, or the language server closed its stream: there is nobody left to tell.
        }

        _error.Flush();
    }
}
