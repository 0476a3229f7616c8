// LabDump: one real crash and what is known to be true of it.
using Newtonsoft.Json.Linq;

namespace VaQuest.TestKit;

/// <summary>A directory of the lab: the dump in one or more formats, the module's files, and truth.json.</summary>
public sealed class LabDump(string directory)
{
    public string Directory { get; } = directory;

    public string Scenario { get; } = Path.GetFileName(directory);

    public string Kernel { get; } = Path.GetFileName(Path.GetDirectoryName(directory)!);

    /// <summary>truth.json: from the kernel's own log and the scenario's source.</summary>
    public JObject Truth { get; } = JObject.Parse(File.ReadAllText(Path.Combine(directory, "truth.json")));

    /// <summary>What the scenario is for; null for the general ones, which every test of all dumps takes.</summary>
    public string? Group => (string?)Truth["group"];

    public string Vmcore => PathOf("vmcore");

    /// <summary>Debug file of the kernel, or null: the lab's own for the kernel, or the sample's beside the dump.</summary>
    public string? Vmlinux
    {
        get
        {
            string beside = PathOf("vmlinux.debug");
            return File.Exists(beside) ? beside : Lab.KernelFile(Kernel, "vmlinux");
        }
    }

    public string PathOf(string name) => Path.Combine(Directory, name);

    /// <summary>Path of a file when it was made.</summary>
    public string? Find(string name) => File.Exists(PathOf(name)) ? PathOf(name) : null;

    public override string ToString() => $"{Kernel}/{Scenario}";
}
