// Repository: the project's own files, for tests of the project itself.
using VaQuest.TestKit;

namespace VaQuest.Repo.Tests;

/// <summary>Files that belong to the repository; build output and installed packages are left out.</summary>
internal static class Repository
{
    private static readonly HashSet<string> s_foreign =
        new(StringComparer.Ordinal) { ".git", "bin", "obj", "node_modules", "dist", "artifacts", "TestResults", "output", ".vs" };

    public static string Root => Lab.RepositoryRoot;

    /// <summary>Paths below a folder, relative to the root, with forward slashes.</summary>
    public static IEnumerable<string> Files(string folder, params string[] extensions)
    {
        string start = Path.Combine(Root, folder);
        var pending = new Stack<string>([start]);
        while (pending.TryPop(out string? directory))
        {
            if (!Directory.Exists(directory))
            {
                continue;
            }

            foreach (string child in Directory.EnumerateDirectories(directory).Where(child => !s_foreign.Contains(Path.GetFileName(child))))
            {
                pending.Push(child);
            }

            foreach (string file in Directory.EnumerateFiles(directory))
            {
                if (extensions.Length == 0 || extensions.Contains(Path.GetExtension(file)))
                {
                    yield return Path.GetRelativePath(Root, file).Replace('\\', '/');
                }
            }
        }
    }

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));
}
