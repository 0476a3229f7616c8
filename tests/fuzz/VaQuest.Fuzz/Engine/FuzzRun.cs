// FuzzRun: fuzzes one entry for a number of runs.
using System.Diagnostics;

namespace VaQuest.Fuzz.Engine;

/// <summary>Inputs that reach new branches are kept and changed further; without instrumentation only the seeds are changed.</summary>
internal sealed class FuzzRun(FuzzEntry entry, int seed)
{
    /// <summary>Distinct findings after which an entry is left: they are most likely one mistake.</summary>
    private const int MaxFindings = 20;

    private const int MaxCorpus = 4096;

    private const int WarmRuns = 100;

    private readonly List<FuzzSeed> _corpus = [];
    private readonly Coverage _coverage = new();
    private readonly HashSet<string> _messages = new(StringComparer.Ordinal);
    private readonly Mutator _mutator = new(seed, entry.Words, entry.MaxInput);
    private readonly Random _random = new(seed);

    public long Runs { get; private set; }

    public int Findings => _messages.Count;

    public int Branches => _coverage.Count;

    public int CorpusSize => _corpus.Count;

    /// <summary>The longest run, the first ones left out, which wait for the compiler.</summary>
    public TimeSpan Slowest { get; private set; }

    /// <summary>Bytes that the hungriest run allocated.</summary>
    public long MostAllocated { get; private set; }

    /// <summary>Runs seeds, kept cases, then changed inputs. <paramref name="tell"/> gets one line for each finding.</summary>
    public void Run(long runs, TimeSpan time, Action<string> tell)
    {
        string current = Engine.Findings.CurrentInputOf(entry.Name);
        using var watchdog = new Watchdog(current, entry.MaxInput * 2);
        var watch = Stopwatch.StartNew();
        foreach (FuzzSeed sound in entry.Seeds)
        {
            _corpus.Add(sound);
            Try(sound, watchdog, tell);
        }

        while (Runs < runs && watch.Elapsed < time && _messages.Count < MaxFindings)
        {
            FuzzSeed parent = Choose();
            Try(parent with { Bytes = _mutator.Mutate(parent, Choose()) }, watchdog, tell);
        }
    }

    /// <summary>Half of the time one of the latest, which have been changed least often.</summary>
    private FuzzSeed Choose()
    {
        int recent = Math.Min(_corpus.Count, 16);
        return _random.Next(2) == 0 ? _corpus[_corpus.Count - 1 - _random.Next(recent)] : _corpus[_random.Next(_corpus.Count)];
    }

    private void Try(FuzzSeed input, Watchdog watchdog, Action<string> tell)
    {
        watchdog.Begin(input.Bytes);
        Coverage.Begin();
        RunCost cost = RunGuard.Measure(entry, input.Bytes);
        string? wrong = cost.Wrong;
        Runs++;
        Slowest = cost.Time > Slowest && Runs > WarmRuns ? cost.Time : Slowest;
        MostAllocated = Math.Max(MostAllocated, cost.Allocated);
        if (_coverage.Take() && _corpus.Count < MaxCorpus)
        {
            _corpus.Add(input);
        }

        if (wrong is not null && _messages.Add(wrong))
        {
            tell($"{entry.Name}: {wrong}\n  {Engine.Findings.Keep(entry, input.Bytes)}");
        }
    }
}
