// SweepFiles: puts a sample and its companions on disk, one damaged copy after the other.
using VaQuest.TestKit.Dumps.Samples;

namespace VaQuest.Dumps.Tests.Sweeps;

/// <summary>A folder with one sample in it.</summary>
internal sealed class SweepFiles : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vaquest-sweep-").FullName;
    private readonly DumpSample _sample;

    public SweepFiles(DumpSample sample)
    {
        _sample = sample;
        DumpPath = Path.Combine(_folder, sample.FileName);
        foreach ((string name, byte[] bytes) in FilesOf(sample))
        {
            Write(name, bytes);
        }
    }

    public string DumpPath { get; }

    /// <summary>The dump and its companions, by file name.</summary>
    public static IEnumerable<KeyValuePair<string, byte[]>> FilesOf(DumpSample sample) =>
        sample.Companions.Prepend(new KeyValuePair<string, byte[]>(sample.FileName, sample.Dump));

    /// <summary>Puts another content in place of a file, does something, and puts the sound one back.</summary>
    public void With(string name, ReadOnlySpan<byte> bytes, Action action)
    {
        Write(name, bytes);
        try
        {
            action();
        }
        finally
        {
            Write(name, name == _sample.FileName ? _sample.Dump : _sample.Companions[name]);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // Removed first, so that a reader that still has the old file open keeps it as it was.
    private void Write(string name, ReadOnlySpan<byte> bytes)
    {
        string path = Path.Combine(_folder, name);
        File.Delete(path);
        File.WriteAllBytes(path, bytes);
    }
}
