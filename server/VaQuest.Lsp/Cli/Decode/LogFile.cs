// LogFile: opens a text log for reading.
using VaQuest.Binary;
using VaQuest.Binary.Files;

namespace VaQuest.Lsp.Cli.Decode;

/// <summary>Opens files with a sentence for each way in which that fails.</summary>
internal static class LogFile
{
    /// <summary>Opens a file. Throws <see cref="DumpFormatException"/> with one sentence.</summary>
    public static Stream Open(string path, long maxBytes)
    {
        if (Directory.Exists(path))
        {
            throw new DumpFormatException(FormatError.Io, $"{path} is a directory; give the log file itself");
        }

        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length <= maxBytes)
            {
                return file;
            }

            file.Dispose();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DumpFormatException(FormatError.Io, FileErrors.Describe(path, error), error);
        }

        throw new DumpFormatException(FormatError.LimitExceeded, $"{path} is larger than {maxBytes >> 20} MiB; give the part of the log with the oops");
    }
}
