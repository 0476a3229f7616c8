// ModuleFileIndex: which file below a directory belongs to a module's name.
namespace VaQuest.DebugInfo.Lookup;

/// <summary>
/// Lists a directory or tree once, by names alone, when a module in it is first asked for. The kernel writes module names with "_" where
/// file names may have "-"; both are the same here. Safe for concurrent callers.
/// </summary>
internal sealed class ModuleFileIndex(int maxFiles)
{
    // Trees of modules are eight deep at most.
    private const int MaxDepth = 16;

    private static readonly string[] s_suffixes = [".ko.debug", ".ko", ".ko.zst", ".ko.gz", ".ko.xz"];

    private readonly Dictionary<string, Dictionary<string, List<string>>> _listings = [];
    private readonly Lock _lock = new();

    public static string Normalize(string module) => module.Replace('-', '_');

    /// <summary>Files of the module in the directory itself.</summary>
    public IReadOnlyList<string> FindFlat(string directory, string module) => Find(directory, module, MaxDepth);

    /// <summary>Files of the module anywhere below the directory.</summary>
    public IReadOnlyList<string> FindBelow(string directory, string module) => Find(directory, module, 0);

    private List<string> Find(string directory, string module, int startDepth)
    {
        string key = (startDepth == 0 ? "tree:" : "flat:") + directory;
        lock (_lock)
        {
            if (!_listings.TryGetValue(key, out Dictionary<string, List<string>>? listing))
            {
                listing = [];
                int left = maxFiles;
                Collect(directory, startDepth, listing, ref left);
                _listings.Add(key, listing);
            }

            return listing.TryGetValue(module, out List<string>? files) ? files : [];
        }
    }

    private static void Collect(string directory, int depth, Dictionary<string, List<string>> listing, ref int left)
    {
        try
        {
            foreach (FileSystemInfo entry in new DirectoryInfo(directory).EnumerateFileSystemInfos())
            {
                bool isDirectory = (entry.Attributes & FileAttributes.Directory) != 0;
                bool isLink = (entry.Attributes & FileAttributes.ReparsePoint) != 0;
                if (isDirectory && !isLink && depth < MaxDepth)
                {
                    Collect(entry.FullName, depth + 1, listing, ref left);
                }
                else if (!isDirectory && ModuleNameOf(entry.Name) is { } module && left-- > 0)
                {
                    Add(listing, module, entry.FullName);
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or System.Security.SecurityException)
        {
            // A directory that is not there or may not be read has no files to offer.
        }
    }

    private static void Add(Dictionary<string, List<string>> listing, string module, string path)
    {
        if (!listing.TryGetValue(module, out List<string>? files))
        {
            listing.Add(module, files = []);
        }

        files.Add(path);
    }

    private static string? ModuleNameOf(string file)
    {
        foreach (string suffix in s_suffixes)
        {
            if (file.EndsWith(suffix, StringComparison.Ordinal) && file.Length > suffix.Length)
            {
                return Normalize(file[..^suffix.Length]);
            }
        }

        return null;
    }
}
