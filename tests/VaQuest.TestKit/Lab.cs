// Lab: finds the real dumps that tests/lab has made on this machine.

namespace VaQuest.TestKit;

/// <summary>The cache of tests/lab: $VAQUEST_LAB, or .cache/vaquest/lab in the home directory.</summary>
public static class Lab
{
    public static string Root { get; } =
        Environment.GetEnvironmentVariable("VAQUEST_LAB") is { Length: > 0 } chosen
            ? chosen
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "vaquest", "lab");

    /// <summary>The repository's root, found upwards from the test's directory.</summary>
    public static string RepositoryRoot { get; } = FindRepositoryRoot();

    /// <summary>A file of a cached kernel, such as vmlinux; null when the lab has not made it.</summary>
    public static string? KernelFile(string kernel, string name)
    {
        string path = Path.Combine(Root, "kernels", kernel, name);
        return File.Exists(path) ? path : null;
    }

    /// <summary>All dumps with a truth.json, by kernel and scenario.</summary>
    public static IReadOnlyList<LabDump> Dumps()
    {
        string dumps = Path.Combine(Root, "dumps");
        if (!Directory.Exists(dumps))
        {
            return [];
        }

        return
        [
            .. Directory.EnumerateDirectories(dumps)
                .SelectMany(Directory.EnumerateDirectories)
                .Where(directory => File.Exists(Path.Combine(directory, "truth.json")))
                .Order(StringComparer.Ordinal)
                .Select(directory => new LabDump(directory)),
        ];
    }

    public static LabDump? Find(string kernel, string scenario) =>
        Dumps().FirstOrDefault(dump => dump.Kernel == kernel && dump.Scenario == scenario);

    /// <summary>The dump that is in the repository itself, with its debug information.</summary>
    public static LabDump? Sample()
    {
        string directory = Path.Combine(RepositoryRoot, "samples", "widget-null-deref");
        return File.Exists(Path.Combine(directory, "truth.json")) ? new LabDump(directory) : null;
    }

    /// <summary>Why a dump is not there and how to get it.</summary>
    public static string MissingReason(string kernel, string scenario) =>
        $"the lab has no dump {kernel}/{scenario} in {Root}; make it with: npm run lab -- make --kernel {kernel} --scenario {scenario}";

    private static string FindRepositoryRoot()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "VaQuest.Lsp.sln")))
            {
                return at.FullName;
            }
        }

        throw new InvalidOperationException("the tests do not run inside the repository");
    }
}
