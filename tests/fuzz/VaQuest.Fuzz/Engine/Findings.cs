// Findings: where inputs that break something are kept.
using System.Security.Cryptography;
using VaQuest.TestKit;

namespace VaQuest.Fuzz.Engine;

/// <summary>
/// New findings go to artifacts/fuzz; a case that was understood and repaired is moved to tests/fuzz/found/ENTRY and is run for ever after.
/// </summary>
internal static class Findings
{
    public static string Fresh { get; } = Path.Combine(Lab.RepositoryRoot, "artifacts", "fuzz");

    public static string Kept { get; } = Path.Combine(Lab.RepositoryRoot, "tests", "fuzz", "found");

    /// <summary>Inputs that broke an entry once.</summary>
    public static IEnumerable<string> KeptOf(FuzzEntry entry)
    {
        string folder = Path.Combine(Kept, entry.Name);
        return Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.bin").Order(StringComparer.Ordinal) : [];
    }

    public static string Keep(FuzzEntry entry, byte[] input)
    {
        string folder = Directory.CreateDirectory(Path.Combine(Fresh, "found", entry.Name)).FullName;
        string path = Path.Combine(folder, System.Convert.ToHexStringLower(SHA256.HashData(input))[..16] + ".bin");
        File.WriteAllBytes(path, input);
        return path;
    }

    public static string CurrentInputOf(string entry) => Path.Combine(Directory.CreateDirectory(Fresh).FullName, entry + ".current");
}
