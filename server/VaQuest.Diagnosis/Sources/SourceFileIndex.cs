// SourceFileIndex: the source files below a directory, by name.
namespace VaQuest.Diagnosis.Sources;

/// <summary>A bounded list of the C and assembler files below a directory of module sources.</summary>
internal sealed class SourceFileIndex
{
    private const int MaxFiles = 20_000;

    private const int MaxDirectories = 4_000;

    private const int MaxDepth = 8;

    private readonly Dictionary<string, List<string>> _byName;

    private SourceFileIndex(Dictionary<string, List<string>> byName) => _byName = byName;

    /// <summary>Walks a directory; what cannot be read and links are left out.</summary>
    public static SourceFileIndex Build(string root)
    {
        var byName = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var pending = new Queue<(string Relative, int Depth)>();
        pending.Enqueue(("", 0));
        int files = 0;
        for (int directories = 0; directories < MaxDirectories && files < MaxFiles && pending.TryDequeue(out var at); directories++)
        {
            foreach (FileSystemInfo entry in Enumerate(Path.Combine(root, at.Relative)))
            {
                string relative = at.Relative.Length == 0 ? entry.Name : at.Relative + "/" + entry.Name;
                if (entry is DirectoryInfo)
                {
                    bool isHidden = entry.Name.StartsWith('.') || entry.Name == "node_modules";
                    if (!isHidden && at.Depth < MaxDepth && entry.LinkTarget is null)
                    {
                        pending.Enqueue((relative, at.Depth + 1));
                    }
                }
                else if (IsSource(entry.Name) && files++ < MaxFiles)
                {
                    (byName.TryGetValue(entry.Name, out List<string>? paths) ? paths : byName[entry.Name] = []).Add(relative);
                }
            }
        }

        return new SourceFileIndex(byName);
    }

    /// <summary>The file that shares the most trailing parts; null when there is none or two share equally many.</summary>
    public string? FindBest(string[] parts)
    {
        if (!_byName.TryGetValue(parts[^1], out List<string>? candidates))
        {
            return null;
        }

        string? best = null;
        int bestShared = 0;
        bool isTied = false;
        foreach (string candidate in candidates)
        {
            int shared = CountShared(parts, candidate.Split('/'));
            isTied = shared == bestShared || (shared < bestShared && isTied);
            if (shared > bestShared)
            {
                best = candidate;
                bestShared = shared;
            }
        }

        return isTied ? null : best;
    }

    private static int CountShared(string[] left, string[] right)
    {
        int shared = 0;
        while (shared < left.Length && shared < right.Length && left[^(shared + 1)] == right[^(shared + 1)])
        {
            shared++;
        }

        return shared;
    }

    private static bool IsSource(string name) => Path.GetExtension(name) is ".c" or ".h" or ".S" or ".rs" or ".inc";

    private static FileSystemInfo[] Enumerate(string directory)
    {
        try
        {
            return new DirectoryInfo(directory).GetFileSystemInfos();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
