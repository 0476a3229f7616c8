// FileErrors: one clear sentence for each way in which opening a file can fail.
namespace VaQuest.Binary.Files;

/// <summary>Turns the operating system's file errors into sentences: what, where, what to do.</summary>
public static class FileErrors
{
    public static string Describe(string path, Exception error) => error switch
    {
        FileNotFoundException or DirectoryNotFoundException => $"{path} does not exist; check the path",
        UnauthorizedAccessException => $"{path} may not be read by this user; change its permissions or run as its owner",
        _ => $"{path} could not be read: {error.Message}",
    };
}
