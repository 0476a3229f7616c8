// GuestState: what /proc of a lab guest said just before the crash, as record-keepers printed it.
using System.Globalization;
using VaQuest.TestKit;

namespace VaQuest.Lsp.Tests.Cli;

/// <summary>Lines by the file they come from: "1/status", "swaps". The guest printed them on its console.</summary>
internal sealed class GuestState
{
    private const string Prefix = "STATE ";

    private readonly Dictionary<string, List<string>> _files = [];

    public GuestState(LabDump dump)
    {
        foreach (string raw in File.ReadAllLines(dump.PathOf("console.log")))
        {
            string line = raw.TrimEnd('\r');
            int colon = line.IndexOf(": ", StringComparison.Ordinal);
            if (line.StartsWith(Prefix, StringComparison.Ordinal) && colon > 0)
            {
                string file = line[Prefix.Length..colon];
                _files.TryAdd(file, []);
                _files[file].Add(line[(colon + 2)..]);
            }
        }
    }

    /// <summary>The process with files and signals, the one with namespaces, the stopped one.</summary>
    public IReadOnlyList<int> Keepers => [.. Line("keepers").Split(' ').Select(pid => int.Parse(pid, CultureInfo.InvariantCulture))];

    public IEnumerable<string> Names => _files.Keys;

    public IReadOnlyList<string> Lines(string file) => _files.TryGetValue(file, out List<string>? lines) ? lines : [];

    public string Line(string file) => Lines(file).Single();

    /// <summary>The words behind a name in a file of "Name:\tvalue" lines.</summary>
    public string[] Field(string file, string name) =>
        Lines(file).Single(line => line.StartsWith(name + ":", StringComparison.Ordinal))[(name.Length + 1)..].Split(['\t', ' '], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>/proc/PID/stat from the state's letter on: place 3 is index 0.</summary>
    public string[] Stat(int pid) => Line($"{pid}/stat") is var line ? line[(line.LastIndexOf(')') + 2)..].Split(' ') : [];
}
