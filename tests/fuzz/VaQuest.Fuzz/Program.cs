// Program: lists, runs and replays fuzz entries.
using System.Globalization;
using VaQuest.Fuzz.Engine;

namespace VaQuest.Fuzz;

/// <summary>
/// list; smoke; run [ENTRY...] [--runs N] [--seconds S] [--seed N]; replay ENTRY FILE. See tests/fuzz/README.md.
/// </summary>
internal static class Program
{
    private const int SmokeRuns = 2000;

    /// <summary>The smoke test's time for each entry; slow entries then do fewer runs and say how many.</summary>
    private static readonly TimeSpan s_smokeTime = TimeSpan.FromSeconds(2);

    public static int Main(string[] args)
    {
        Coverage.Prepare();
        try
        {
            return (args.Length == 0 ? "" : args[0]) switch
            {
                "list" => List(),
                "smoke" => Smoke(),
                "replay" when args.Length == 3 => Replay(args[1], args[2]),
                "run" => args.Contains(Instrumented.Mark) ? RunHere(args) : RunAll(args),
                _ => throw new ArgumentException("say what to do: list, smoke, run [ENTRY...] [--runs N] [--seconds S] [--seed N], or replay ENTRY FILE"),
            };
        }
        catch (Exception error) when (error is ArgumentException or IOException or FormatException)
        {
            Console.Error.WriteLine("fuzz: " + error.Message);
            return 2;
        }
    }

    private static int List()
    {
        foreach (FuzzEntry entry in FuzzEntries.All)
        {
            int[] sizes = [.. entry.Seeds.Select(seed => seed.Bytes.Length)];
            Console.WriteLine(FormattableString.Invariant(
                $"{entry.Name}: {sizes.Length} seeds of up to {sizes.Max()} bytes, {Findings.KeptOf(entry).Count()} kept cases"));
        }

        return 0;
    }

    /// <summary>Every kept case, and a few thousand changed inputs for each entry, without instrumentation: for every test run.</summary>
    private static int Smoke()
    {
        int failed = 0;
        int passed = 0;
        foreach (FuzzEntry entry in FuzzEntries.All)
        {
            foreach (string path in Findings.KeptOf(entry))
            {
                Count(RunGuard.Run(entry, File.ReadAllBytes(path)), path);
            }

            var run = new FuzzRun(entry, seed: 20261123);
            run.Run(SmokeRuns, s_smokeTime, Console.WriteLine);
            Count(run.Findings == 0 ? null : $"{run.Findings} findings", entry.Name);
            Console.WriteLine(FormattableString.Invariant($"  {entry.Name}: {run.Runs} runs"));
        }

        Console.WriteLine($"fuzz smoke: {passed} passed, {failed} failed");
        return failed == 0 ? 0 : 1;

        void Count(string? wrong, string what)
        {
            if (wrong is null)
            {
                passed++;
                return;
            }

            failed++;
            Console.WriteLine($"FAILED: {what}: {wrong}");
        }
    }

    private static int Replay(string name, string path)
    {
        string? wrong = RunGuard.Run(FuzzEntries.Named([name]).Single(), File.ReadAllBytes(path));
        Console.WriteLine(wrong ?? "nothing wrong");
        return wrong is null ? 0 : 1;
    }

    /// <summary>Every entry in an instrumented process of its own; an entry that ends the process is a finding.</summary>
    private static int RunAll(string[] args)
    {
        string program = Instrumented.Make();
        int worst = 0;
        foreach (FuzzEntry entry in FuzzEntries.Named(NamesOf(args)))
        {
            int code = Instrumented.Run(program, entry.Name, OptionsOf(args));
            if (code is not (0 or 1))
            {
                string kept = Findings.Keep(entry, Watchdog.ReadInput(Findings.CurrentInputOf(entry.Name)));
                Console.WriteLine($"{entry.Name}: {(code == Watchdog.HangCode ? "does not end" : $"the process ended with code {code}")}\n  {kept}");
            }

            worst = Math.Max(worst, code == 0 ? 0 : 1);
        }

        return worst;
    }

    private static int RunHere(string[] args)
    {
        int findings = 0;
        foreach (FuzzEntry entry in FuzzEntries.Named(NamesOf(args)))
        {
            long runs = NumberOf(args, "--runs", 1_000_000);
            var run = new FuzzRun(entry, (int)NumberOf(args, "--seed", Environment.TickCount & int.MaxValue));
            var watch = System.Diagnostics.Stopwatch.StartNew();
            run.Run(runs, TimeSpan.FromSeconds(NumberOf(args, "--seconds", 3600)), Console.WriteLine);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{entry.Name}: {run.Runs} runs, {run.Branches} branches, {run.CorpusSize} inputs, {run.Findings} findings, {watch.Elapsed.TotalSeconds:F0} s, "
                + $"slowest {run.Slowest.TotalMilliseconds:F0} ms, most allocated {run.MostAllocated / 1e6:F1} MB, peak {Environment.WorkingSet / (1 << 20)} MB"));
            findings += run.Findings;
        }

        return findings == 0 ? 0 : 1;
    }

    private static IEnumerable<string> NamesOf(string[] args)
    {
        for (int i = 1; i < args.Length; i++)
        {
            if (args[i].StartsWith("--", StringComparison.Ordinal))
            {
                i += args[i] == Instrumented.Mark ? 0 : 1;
                continue;
            }

            yield return args[i];
        }
    }

    private static string[] OptionsOf(string[] args)
    {
        var options = new List<string>();
        for (int i = 1; i + 1 < args.Length; i++)
        {
            if (args[i].StartsWith("--", StringComparison.Ordinal))
            {
                options.AddRange([args[i], args[i + 1]]);
            }
        }

        return [.. options];
    }

    private static long NumberOf(string[] args, string name, long fallback)
    {
        int at = Array.IndexOf(args, name);
        return at > 0 && at + 1 < args.Length ? long.Parse(args[at + 1], NumberStyles.None, CultureInfo.InvariantCulture) : fallback;
    }
}
