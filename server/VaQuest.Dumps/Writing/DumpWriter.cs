// DumpWriter: writes an opened dump, of whatever format, as a standard one.
using Microsoft.Win32.SafeHandles;
using VaQuest.Binary;

namespace VaQuest.Dumps.Writing;

/// <summary>
/// Streams a dump into a new file: memory does not grow with the dump, reading and compressing use all processors. The file gets its name
/// when it is whole: an interrupted or failed conversion leaves nothing behind.
/// </summary>
public static class DumpWriter
{
    /// <summary>Writes a dump.</summary>
    /// <param name="dump">The dump to read; it is never changed.</param>
    /// <param name="path">The file to write.</param>
    /// <param name="options">Format, compression, dump level.</param>
    /// <param name="progress">Told the share that is done, 0 to 1; may be null.</param>
    /// <param name="cancellation">Stops the writing and removes what was written.</param>
    /// <exception cref="DumpFormatException">The output exists, is the input, or cannot be written: one sentence.</exception>
    public static DumpWriteResult Write(
        Vmcore dump, string path, DumpWriteOptions options, IProgress<double>? progress, CancellationToken cancellation)
    {
        RefuseDangerousTarget(dump.Path, path, options.Overwrites);
        string temporary = FormattableString.Invariant($"{path}.{Environment.ProcessId}.part");
        bool isWhole = false;
        try
        {
            DumpWriteResult result;
            using (SafeFileHandle file = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.ReadWrite))
            {
                result = WriteTo(dump, file, options, progress, cancellation);
            }

            File.Move(temporary, path, options.Overwrites);
            isWhole = true;
            return result;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DumpFormatException(FormatError.Io, $"{path} could not be written: {error.Message}; nothing was left behind", error);
        }
        finally
        {
            if (!isWhole)
            {
                Remove(temporary);
            }
        }
    }

    private static DumpWriteResult WriteTo(
        Vmcore dump, SafeFileHandle file, DumpWriteOptions options, IProgress<double>? progress, CancellationToken cancellation)
    {
        try
        {
            var input = new WriteInput(dump);
            return options.Target == DumpTarget.Elf
                ? new ElfFileWriter(input, options, file).Write(progress, cancellation)
                : new KdumpFileWriter(input, options, file).Write(progress, cancellation);
        }
        catch (DumpFormatException error) when (!error.Message.StartsWith(dump.Path, StringComparison.Ordinal))
        {
            throw error.Within(dump.Path);
        }
    }

    private static void RefuseDangerousTarget(string input, string output, bool overwrites)
    {
        if (Directory.Exists(output))
        {
            throw new DumpFormatException(FormatError.Io, $"{output} is a directory; give the file to write");
        }

        if (!File.Exists(output))
        {
            return;
        }

        if (IsInput(input, output))
        {
            throw new DumpFormatException(FormatError.Io, $"{output} is the dump itself or part of it; give another file to write");
        }

        if (!overwrites)
        {
            throw new DumpFormatException(FormatError.Io, $"{output} exists already; give another file, or --force to replace it");
        }
    }

    /// <summary>
    /// True when the output is a file that the dump is read from, by whatever name: the dump's own, or one of its companions (members of a
    /// split dump, a .vmem, parts of a raw image). Linux tells which files this process has open.
    /// </summary>
    private static bool IsInput(string input, string output)
    {
        string real = RealPath(output);
        if (string.Equals(RealPath(input), real, StringComparison.Ordinal))
        {
            return true;
        }

        return OperatingSystem.IsLinux()
            && Directory.EnumerateFileSystemEntries("/proc/self/fd").Any(link => string.Equals(TargetOf(link), real, StringComparison.Ordinal));
    }

    /// <summary>The path with all links resolved: Linux knows it of an open file; elsewhere as far as the last name.</summary>
    private static string RealPath(string path)
    {
        try
        {
            using SafeFileHandle handle = File.OpenHandle(path);
            return TargetOf(FormattableString.Invariant($"/proc/self/fd/{handle.DangerousGetHandle()}")) ?? TargetOf(path) ?? Path.GetFullPath(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Path.GetFullPath(path);
        }
    }

    private static string? TargetOf(string link)
    {
        try
        {
            return File.ResolveLinkTarget(link, returnFinalTarget: false)?.FullName;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The disk went away with the file: there is nothing left to remove it from.
        }
    }
}
