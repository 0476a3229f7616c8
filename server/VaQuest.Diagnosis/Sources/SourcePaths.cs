// SourcePaths: the paths of debug information as people know them.
using VaQuest.DebugInfo.Lines;

namespace VaQuest.Diagnosis.Sources;

/// <summary>Shortens paths to what is below the kernel tree.</summary>
public static class SourcePaths
{
    /// <summary>The directories of a kernel tree's top that hold code.</summary>
    private static readonly HashSet<string> s_tops = new(StringComparer.Ordinal)
    {
        "arch", "block", "certs", "crypto", "drivers", "fs", "include", "init", "io_uring", "ipc", "kernel", "lib", "mm", "net", "rust", "samples",
        "security", "sound", "tools", "usr", "virt",
    };

    /// <summary>
    /// The path below the compilation directory; for a build outside the source tree, below the tree that the build directory lies in. A
    /// module's own source keeps its whole path.
    /// </summary>
    public static string Shorten(SourceLocation location)
    {
        string relative = location.RelativeFile;
        if (!relative.StartsWith('/'))
        {
            return relative.StartsWith("./", StringComparison.Ordinal) ? relative[2..] : relative;
        }

        // Debian builds in linux-x.y.z/debian/build/…: the file and the build directory share the tree's own path.
        for (int slash = CommonDirectory(relative, location.CompilationDirectory); slash > 0; slash = relative.LastIndexOf('/', slash - 1))
        {
            int end = relative.IndexOf('/', slash + 1);
            if (end > 0 && s_tops.Contains(relative[(slash + 1)..end]))
            {
                return relative[(slash + 1)..];
            }
        }

        return relative;
    }

    // The slash behind the last directory that both have.
    private static int CommonDirectory(string file, string directory)
    {
        int last = 0;
        int at = 0;
        string padded = directory + "/";
        while (at < file.Length && at < padded.Length && file[at] == padded[at])
        {
            last = file[at] == '/' ? at : last;
            at++;
        }

        return last;
    }
}
