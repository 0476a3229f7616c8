// LogFiles: the debug files of the kernel that wrote a text log.
using System.Collections.Concurrent;
using VaQuest.Binary;
using VaQuest.DebugInfo.Lookup;
using VaQuest.Diagnosis.Sessions;

namespace VaQuest.Diagnosis.Logs;

/// <summary>
/// A log has no build id, so a file is taken when its release is the log's; sizes of functions, which both have, tell the rest.
/// Safe for concurrent callers.
/// </summary>
internal sealed class LogFiles
{
    private readonly SessionOptions _options;
    private readonly string? _release;
    private readonly DebugFileFinder _finder;
    private readonly Lazy<LogImage?> _vmlinux;
    private readonly ConcurrentDictionary<string, Lazy<LogImage?>> _modules = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _notes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _used = new(StringComparer.Ordinal);

    public LogFiles(SessionOptions options, string? release)
    {
        _options = options;
        _release = release;
        _vmlinux = new Lazy<LogImage?>(FindVmlinux);

        // A module that a person builds and loads lies beside its source as often as among debug files.
        _finder = new DebugFileFinder(new DebugFileOptions
        {
            Vmlinux = options.Vmlinux,
            Directories = [.. options.DebugDirectories, .. options.SourceRoots],
        });
    }

    /// <summary>One sentence each: files that were refused or not found.</summary>
    public IReadOnlyList<string> Notes => [.. _notes.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Files in use.</summary>
    public IReadOnlyList<string> Used => [.. _used.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The kernel's vmlinux (module null) or a module's file; null when there is none that fits.</summary>
    public LogImage? Find(string? module)
    {
        if (!_options.UseDebugInfo)
        {
            return null;
        }

        return module is null
            ? _vmlinux.Value
            : _modules.GetOrAdd(module, name => new Lazy<LogImage?>(() => FindModule(name))).Value;
    }

    private LogImage? FindVmlinux() => Take(
        () => _finder.FindVmlinux(null, _release),
        _release is null
            ? "The log does not say which kernel wrote it: choose its vmlinux file."
            : $"No vmlinux of {_release} was found: choose the file, or a directory with debug files.");

    private LogImage? FindModule(string name) => Take(
        () => _finder.FindModule(name, null, _release ?? _vmlinux.Value?.FindRelease()),
        $"No debug file of module {name} was found: choose a directory that has {name}.ko with debug information.");

    private LogImage? Take(Func<DebugFileSearch> search, string notFound)
    {
        try
        {
            DebugFileSearch result = search();
            foreach (string refusal in result.Refusals)
            {
                _notes[refusal] = true;
            }

            if (result.File is { } file)
            {
                _used[file.Path] = true;
                return new LogImage(file);
            }
        }
        catch (DumpFormatException error)
        {
            _notes[error.Message] = true;
        }

        _notes[notFound] = true;
        return null;
    }
}
