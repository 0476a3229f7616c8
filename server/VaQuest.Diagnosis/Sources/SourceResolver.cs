// SourceResolver: from a path in debug information to a file on this machine.
using System.Collections.Concurrent;
using VaQuest.DebugInfo.Lines;
using VaQuest.Diagnosis.Sessions;

namespace VaQuest.Diagnosis.Sources;

/// <summary>
/// Looks for sources in the places the user named, then in the conventional ones. Debug information is not trusted: a file is returned only
/// when its real path lies inside a root. Safe for concurrent callers.
/// </summary>
public sealed class SourceResolver
{
    private readonly IReadOnlyList<KeyValuePair<string, string>> _map;
    private readonly Lazy<IReadOnlyList<SourceRoot>> _roots;
    private readonly Lazy<IReadOnlyList<SourceRoot>> _conventional;
    private readonly ConcurrentDictionary<string, SourceRoot?> _mapped = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string File, string Directory), (string? Path, SourceRoot? Root)> _found = new();
    private readonly string? _release;
    private readonly Func<string?> _versionLine;

    /// <param name="options">The user's roots and map.</param>
    /// <param name="release">uname -r of the crashed kernel, or null.</param>
    /// <param name="versionLine">Gives uname -v of the crashed kernel, or null; asked only when a kernel tree is compared.</param>
    public SourceResolver(SessionOptions options, string? release, Func<string?> versionLine)
    {
        _release = release;
        _versionLine = versionLine;
        _map = [.. options.SourceMap.OrderByDescending(pair => pair.Key.Length)];
        _roots = new Lazy<IReadOnlyList<SourceRoot>>(() => OpenRoots(options.SourceRoots));
        _conventional = new Lazy<IReadOnlyList<SourceRoot>>(() => OpenRoots(ConventionalRoots(release)));
    }

    /// <summary>The local file of a source position; without one the note says what to do.</summary>
    public ResolvedSource Resolve(SourceLocation location)
    {
        (string? path, SourceRoot? root) = _found.GetOrAdd((location.File, location.CompilationDirectory), _ => Find(location));
        if (path is null || root is null)
        {
            string note = $"{location.RelativeFile} is not in any source directory; choose the kernel tree or module sources (--source DIR)";
            return new ResolvedSource(null, location.Line, location.Column, SourceFileState.NotFound, note) { Location = location };
        }

        (SourceFileState state, string text) = Compare(root, location);
        return new ResolvedSource(path, location.Line, location.Column, state, text) { Location = location };
    }

    private (string? Path, SourceRoot? Root) Find(SourceLocation location)
    {
        if (!IsClean(location.File))
        {
            return default;
        }

        foreach ((string prefix, string directory) in _map)
        {
            string start = prefix.TrimEnd('/') + "/";
            SourceRoot? root = location.File.StartsWith(start, StringComparison.Ordinal) ? _mapped.GetOrAdd(directory, SourceRoot.Open) : null;
            if (root?.Find(location.File[start.Length..]) is { } found)
            {
                return (found, root);
            }
        }

        return FindIn(_roots.Value, location) is { Path: not null } chosen ? chosen : FindIn(_conventional.Value, location);
    }

    private static (string? Path, SourceRoot? Root) FindIn(IReadOnlyList<SourceRoot> roots, SourceLocation location)
    {
        foreach (SourceRoot root in roots)
        {
            if (root.Find(location.RelativeFile) is { } found)
            {
                return (found, root);
            }
        }

        foreach (SourceRoot root in roots)
        {
            if (root.FindBySuffix(location.File) is { } found)
            {
                return (found, root);
            }
        }

        return default;
    }

    // A hostile name could hold a NUL or climb; resolving would catch it, but such a name is no source file anyway.
    private static bool IsClean(string file) =>
        file.Length is > 0 and < 4096 && !file.Contains('\0', StringComparison.Ordinal) && !file.Split('/').Contains("..");

    private (SourceFileState State, string Note) Compare(SourceRoot root, SourceLocation location)
    {
        if (!root.IsKernelTree)
        {
            return (SourceFileState.Matched, "");
        }

        Version? wanted = KernelVersionText.Find(location.CompilationDirectory, _versionLine(), _release);
        if (root.Version is not { } have || wanted is null)
        {
            return (SourceFileState.UnknownVersion, $"{root.Path} does not say which version it is; lines may differ");
        }

        return have == wanted
            ? (SourceFileState.Matched, "")
            : (SourceFileState.OtherVersion, $"{root.Path} is Linux {have}, the crashed kernel is {wanted}; lines may differ");
    }

    private static List<SourceRoot> OpenRoots(IEnumerable<string> paths)
    {
        var roots = new List<SourceRoot>();
        foreach (string path in paths)
        {
            if (SourceRoot.Open(path) is { } root && !roots.Exists(known => known.Path == root.Path))
            {
                roots.Add(root);
            }
        }

        return roots;
    }

    private static IEnumerable<string> ConventionalRoots(string? release)
    {
        // The release comes from the dump: it must be a plain name before it becomes part of a path.
        bool isPlain = release is { Length: > 0 and <= 64 } && release.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '+' or '~')
            && !release.Contains("..", StringComparison.Ordinal);
        if (!isPlain)
        {
            yield break;
        }

        yield return $"/lib/modules/{release}/source";
        string[] parts = release!.Split('.', '-');
        if (parts.Length >= 2)
        {
            yield return $"/usr/src/linux-source-{parts[0]}.{parts[1]}";
        }

        yield return $"/usr/src/linux-source-{release}";
        yield return $"/usr/src/linux-{release}";
        yield return $"/usr/src/kernels/{release}";
        yield return $"/usr/src/linux-headers-{release}";
    }
}
