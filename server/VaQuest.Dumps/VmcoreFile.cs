// VmcoreFile: the one way in: opens a dump file of any known format.
using VaQuest.Binary;
using VaQuest.Dumps.Formats;
using VaQuest.Dumps.Formats.Raw;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps;

/// <summary>Opens dump files.</summary>
public static class VmcoreFile
{
    /// <summary>
    /// Opens a dump. Costs a few small reads and one pass over the page bitmaps, whatever the size of the dump.
    /// </summary>
    /// <param name="path">The dump file; FILE@ADDRESS[,FILE@ADDRESS…] for raw memory images, addresses in hexadecimal.</param>
    /// <param name="options">Limits and cache size; the defaults when null.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="DumpFormatException">The file cannot be opened: one sentence that begins with the path.</exception>
    public static Vmcore Open(string path, DumpOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (RawImage.Parse(path) is { } parts)
        {
            return RawImage.Open(path, parts, options ?? DumpOptions.Default, cancellationToken);
        }

        FileSource source = FileSource.Open(path);
        bool isOpen = false;
        try
        {
            Vmcore vmcore = OpenSource(path, source, options ?? DumpOptions.Default, cancellationToken);
            isOpen = true;
            return vmcore;
        }
        catch (DumpFormatException error)
        {
            throw error.Within(path);
        }
        finally
        {
            if (!isOpen)
            {
                source.Dispose();
            }
        }
    }

    private static Vmcore OpenSource(string path, DumpSource source, DumpOptions options, CancellationToken cancellationToken)
    {
        var input = new DumpInput(path, source, options, cancellationToken);
        if (input.Head.IsEmpty)
        {
            throw new DumpFormatException(FormatError.NotRecognized, "the file is empty; the dump was never written, or is on another disk");
        }

        return DumpFormats.Open(input);
    }
}
