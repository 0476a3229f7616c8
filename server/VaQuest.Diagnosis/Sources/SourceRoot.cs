// SourceRoot: a directory in which sources may be looked for.
using System.Globalization;

namespace VaQuest.Diagnosis.Sources;

/// <summary>A root: a kernel tree, or the directory of a module's sources.</summary>
internal sealed class SourceRoot
{
    /// <summary>VERSION, PATCHLEVEL and SUBLEVEL stand in the first lines of a kernel's Makefile.</summary>
    private const int MakefileLines = 16;

    private readonly Lazy<SourceFileIndex?> _index;

    private SourceRoot(string path, Version? version, bool isKernelTree)
    {
        Path = path;
        Version = version;
        IsKernelTree = isKernelTree;
        _index = new Lazy<SourceFileIndex?>(() => IsKernelTree ? null : SourceFileIndex.Build(Path));
    }

    /// <summary>Canonical path.</summary>
    public string Path { get; }

    /// <summary>Version, patch level and sublevel of the kernel tree, or null.</summary>
    public Version? Version { get; }

    public bool IsKernelTree { get; }

    /// <summary>The root at a path, or null when there is no such directory.</summary>
    public static SourceRoot? Open(string path)
    {
        string? real = CanonicalPath.Resolve(path);
        if (real is null || !Directory.Exists(real))
        {
            return null;
        }

        Version? version = ReadVersion(System.IO.Path.Combine(real, "Makefile"));
        bool isKernelTree = version is not null || Directory.Exists(System.IO.Path.Combine(real, "include", "linux"));
        return new SourceRoot(real, version, isKernelTree);
    }

    /// <summary>Canonical path of a file below the root, or null when it is not there or leads out of the root.</summary>
    public string? Find(string relative)
    {
        string candidate = System.IO.Path.Combine(Path, relative);
        string? real = relative.Length == 0 || relative[0] == '/' || !File.Exists(candidate) ? null : CanonicalPath.Resolve(candidate);
        return real is not null && CanonicalPath.IsInside(Path, real) && File.Exists(real) ? real : null;
    }

    /// <summary>
    /// The file whose path shares the longest end with <paramref name="path"/>: directly below the root, or, in a directory of module
    /// sources, anywhere below it.
    /// </summary>
    public string? FindBySuffix(string path)
    {
        // One bare name is enough only where a name means something: a kernel tree has hundreds of files called main.c.
        int least = IsKernelTree ? 2 : 1;
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i + least <= parts.Length; i++)
        {
            if (Find(string.Join('/', parts, i, parts.Length - i)) is { } found)
            {
                return found;
            }
        }

        return parts.Length > 0 && _index.Value?.FindBest(parts) is { } relative ? Find(relative) : null;
    }

    private static Version? ReadVersion(string makefile)
    {
        int? version = null;
        int? patch = null;
        int? sub = null;
        try
        {
            if (!File.Exists(makefile))
            {
                return null;
            }

            foreach (string line in File.ReadLines(makefile).Take(MakefileLines))
            {
                version ??= NumberOf(line, "VERSION");
                patch ??= NumberOf(line, "PATCHLEVEL");
                sub ??= NumberOf(line, "SUBLEVEL");
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        return version is null || patch is null ? null : new Version(version.Value, patch.Value, sub ?? 0);
    }

    private static int? NumberOf(string line, string name)
    {
        int equals = line.IndexOf('=', StringComparison.Ordinal);
        bool isIt = equals > 0 && line.AsSpan(0, equals).Trim().SequenceEqual(name);
        return isIt && int.TryParse(line.AsSpan(equals + 1).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null;
    }
}
