// CanonicalPath: a path with every symbolic link followed.
namespace VaQuest.Diagnosis.Sources;

/// <summary>Resolves paths the way realpath(3) does, so that containment in a root cannot be fooled by links.</summary>
internal static class CanonicalPath
{
    /// <summary>As many links as Linux itself follows (MAXSYMLINKS).</summary>
    private const int MaxLinks = 40;

    /// <summary>The real path of an existing file or directory, or null.</summary>
    public static string? Resolve(string path)
    {
        try
        {
            return Follow(Path.GetFullPath(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>True when <paramref name="path"/> is <paramref name="root"/> or lies below it. Both must be canonical.</summary>
    public static bool IsInside(string root, string path)
    {
        string prefix = root.EndsWith('/') ? root : root + "/";
        return path == root || path.StartsWith(prefix, StringComparison.Ordinal);
    }

    private static string? Follow(string path)
    {
        var pending = new Stack<string>(Components(path));
        string real = "/";
        int links = 0;
        while (pending.TryPop(out string? name))
        {
            if (name is "." or "..")
            {
                real = name == "." ? real : Path.GetDirectoryName(real) ?? "/";
                continue;
            }

            string next = Path.Combine(real, name);
            string? target = new FileInfo(next).LinkTarget;
            if (target is null)
            {
                real = next;
                continue;
            }

            if (++links > MaxLinks)
            {
                return null;
            }

            real = Path.IsPathRooted(target) ? "/" : real;
            foreach (string part in Components(target))
            {
                pending.Push(part);
            }
        }

        return Path.Exists(real) ? real : null;
    }

    // Last first, so that a stack gives them in order.
    private static string[] Components(string path)
    {
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        Array.Reverse(parts);
        return parts;
    }
}
