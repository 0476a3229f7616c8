// DumpTestFiles: puts test dumps on disk and opens them.
namespace VaQuest.Dumps.Tests;

/// <summary>A folder of its own for each test class, removed afterwards.</summary>
public sealed class DumpTestFiles : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vaquest-dumps-").FullName;
    private int _count;

    public string Write(byte[] bytes, string suffix = "")
    {
        string path = Path.Combine(_folder, FormattableString.Invariant($"dump{Interlocked.Increment(ref _count)}{suffix}"));
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public Vmcore Open(byte[] bytes, DumpOptions? options = null) => VmcoreFile.Open(Write(bytes), options);

    public string Folder => _folder;

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
