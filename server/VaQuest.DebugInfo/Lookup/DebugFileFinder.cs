// DebugFileFinder: finds vmlinux and module debug files by build id and release.
using VaQuest.Binary;

namespace VaQuest.DebugInfo.Lookup;

/// <summary>
/// Looks where the user said, then where distributions put debug files. A build id, when the dump has one, must match; without one the
/// release must, and the answer says so. Module files are looked for one at a time when asked, by name: no directory full of modules is
/// ever opened file by file. Safe for concurrent callers.
/// </summary>
public sealed class DebugFileFinder
{
    // uname's release field has 64 characters.
    private const int MaxNameLength = 64;

    private readonly DebugFileOptions _options;
    private readonly ModuleFileIndex _modules;

    public DebugFileFinder(DebugFileOptions options)
    {
        _options = options;
        _modules = new ModuleFileIndex(options.MaxModuleFiles);
    }

    /// <summary>Finds the kernel's vmlinux.</summary>
    /// <param name="buildId">Build id of the dump's kernel as hex, or null when unknown.</param>
    /// <param name="release">Release of the dump's kernel (uname -r), or null when unknown.</param>
    public DebugFileSearch FindVmlinux(string? buildId, string? release)
    {
        var wanted = DebugFileIdentity.Of("kernel", Clean(buildId), CleanName(release));
        var search = new Search(wanted, _options);
        if (_options.Vmlinux is { } named && search.Try(named, isNamed: true))
        {
            return search.Result;
        }

        foreach (string path in VmlinuxCandidates(wanted))
        {
            if (search.Try(path, isNamed: false))
            {
                break;
            }
        }

        return search.Result;
    }

    /// <summary>Finds a module's file with debug information.</summary>
    /// <param name="module">The module's name as the kernel has it.</param>
    /// <param name="buildId">Build id of the dump's module as hex, or null when unknown.</param>
    /// <param name="release">Release of the dump's kernel, or null when unknown.</param>
    public DebugFileSearch FindModule(string module, string? buildId, string? release)
    {
        string? name = CleanName(module);
        var wanted = DebugFileIdentity.Of("module " + module, Clean(buildId), CleanName(release));
        var search = new Search(wanted, _options);
        if (name is null)
        {
            return search.Result;
        }

        foreach (string path in ModuleCandidates(ModuleFileIndex.Normalize(name), wanted))
        {
            if (search.Try(path, isNamed: false))
            {
                break;
            }
        }

        return search.Result;
    }

    private IEnumerable<string> VmlinuxCandidates(DebugFileIdentity wanted)
    {
        foreach (string path in BuildIdPaths(wanted.BuildId))
        {
            yield return path;
        }

        foreach (string directory in _options.Directories)
        {
            yield return Path.Join(directory, "vmlinux");
            yield return Path.Join(directory, "vmlinux.debug");
            if (wanted.Release is { } release)
            {
                yield return Path.Join(directory, "vmlinux-" + release);
                yield return Path.Join(directory, "vmlinux-" + release + ".debug");
                yield return Path.Join(directory, "boot", "vmlinux-" + release);
                yield return Path.Join(directory, "lib/modules", release, "vmlinux");
                yield return Path.Join(directory, "lib/modules", release, "build/vmlinux");
                yield return Path.Join(directory, "usr/lib/debug/boot", "vmlinux-" + release);
                yield return Path.Join(directory, "usr/lib/debug/lib/modules", release, "vmlinux");
            }
        }

        if (_options.SystemRoot is { } root && wanted.Release is { } running)
        {
            yield return Path.Join(root, "usr/lib/debug/boot", "vmlinux-" + running);
            yield return Path.Join(root, "usr/lib/debug/lib/modules", running, "vmlinux");
            yield return Path.Join(root, "lib/modules", running, "build/vmlinux");
            yield return Path.Join(root, "boot", "vmlinux-" + running);
        }
    }

    private IEnumerable<string> ModuleCandidates(string module, DebugFileIdentity wanted)
    {
        foreach (string path in BuildIdPaths(wanted.BuildId))
        {
            yield return path;
        }

        foreach (string directory in _options.Directories)
        {
            foreach (string path in _modules.FindFlat(directory, module).Concat(_modules.FindFlat(Path.Join(directory, "modules"), module)))
            {
                yield return path;
            }
        }

        foreach (string tree in ModuleTrees(wanted.Release))
        {
            foreach (string path in _modules.FindBelow(tree, module))
            {
                yield return path;
            }
        }
    }

    private IEnumerable<string> ModuleTrees(string? release)
    {
        if (release is null)
        {
            yield break;
        }

        foreach (string directory in _options.Directories)
        {
            yield return Path.Join(directory, "lib/modules", release);
            yield return Path.Join(directory, "usr/lib/debug/lib/modules", release);
        }

        if (_options.SystemRoot is { } root)
        {
            yield return Path.Join(root, "usr/lib/debug/lib/modules", release);
            yield return Path.Join(root, "lib/modules", release);
        }
    }

    private IEnumerable<string> BuildIdPaths(string? buildId)
    {
        if (buildId is null || buildId.Length < 4)
        {
            yield break;
        }

        string tail = Path.Join(".build-id", buildId[..2], buildId[2..] + ".debug");
        foreach (string directory in _options.Directories)
        {
            yield return Path.Join(directory, tail);
            yield return Path.Join(directory, "usr/lib/debug", tail);
        }

        if (_options.SystemRoot is { } root)
        {
            yield return Path.Join(root, "usr/lib/debug", tail);
        }
    }

    // Names come from the dump: they become parts of paths only when they cannot leave the directory.
    private static string? CleanName(string? name) =>
        name is { Length: > 0 and <= MaxNameLength } && !name.Contains("..", StringComparison.Ordinal)
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '+' or '~')
            ? name
            : null;

    private static string? Clean(string? buildId) =>
        buildId is { Length: > 0 and <= 2 * MaxNameLength } && buildId.All(char.IsAsciiHexDigit) ? buildId.ToLowerInvariant() : null;

    /// <summary>One search: tries files until one fits and collects the refusals.</summary>
    private sealed class Search(DebugFileIdentity wanted, DebugFileOptions options)
    {
        private readonly List<string> _refusals = [];
        private readonly HashSet<string> _seen = [];
        private DebugFile? _found;

        public DebugFileSearch Result => new(_found, _refusals, wanted.Describe(options));

        public bool Try(string path, bool isNamed)
        {
            if (!isNamed && !File.Exists(path))
            {
                return false;
            }

            if (!_seen.Add(RealPath(path)))
            {
                return false;
            }

            try
            {
                _found = wanted.Check(DebugFileOpener.Open(path, options.MaxDecompressedModule), path, isNamed);
                return true;
            }
            catch (DumpFormatException error)
            {
                _refusals.Add(error.Message);
                return false;
            }
        }

        private static string RealPath(string path)
        {
            try
            {
                return File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
            }
            catch (IOException)
            {
                return path;
            }
        }
    }
}
