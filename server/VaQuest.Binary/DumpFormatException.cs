// DumpFormatException: the one exception that bad input may cause.
namespace VaQuest.Binary;

/// <summary>
/// Bad input: a dump, a debug file or the crashed kernel's own data. The message is one sentence for the user: what, where, what to do.
/// Anything else escaping a parser is a bug of the parser.
/// </summary>
public sealed class DumpFormatException : Exception
{
    public DumpFormatException(FormatError error, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Error = error;
    }

    public FormatError Error { get; }

    /// <summary>The same error with an outer context put in front, as in "opening X: reading note: bad size".</summary>
    public DumpFormatException Within(string context) => new(Error, context + ": " + Message, this);
}
