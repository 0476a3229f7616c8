// LabDrgn: the stacks of a lab dump as drgn finds them, where drgn is installed.
using System.Diagnostics;
using System.Globalization;

namespace VaQuest.TestKit;

/// <summary>Runs drgn over a dump; it is an independent unwinder of the same bytes.</summary>
public static class LabDrgn
{
    private const string Python = "/usr/bin/python3";

    // The pcs of physical frames of every task: inlined ones share theirs. A task's own failure is told in its line.
    private const string Script = """
        import sys
        from drgn import Program
        from drgn.helpers.linux.pid import for_each_task
        program = Program()
        program.set_core_dump(sys.argv[1])
        every = int(sys.argv[2])
        program.load_debug_info(sys.argv[3:])
        for task in for_each_task(program):
            if task.pid.value_() % every != 0:
                continue
            try:
                frames = [frame.pc for frame in program.stack_trace(task) if not frame.is_inline]
                print(task.pid.value_(), *["%x" % pc for pc in frames])
            except Exception as error:
                print(task.pid.value_(), "failed")
        """;

    private static readonly Lazy<string?> s_missing = new(FindMissing);

    /// <summary>Why drgn cannot be asked on this machine, or null when it can.</summary>
    public static string? MissingReason => s_missing.Value;

    /// <summary>
    /// The program counters of physical frames by PID, innermost first; empty where drgn has no stack. Only of tasks whose PID is a multiple
    /// of <paramref name="every"/>: drgn takes long over many.
    /// </summary>
    public static IReadOnlyDictionary<int, IReadOnlyList<ulong>> Unwind(LabDump dump, int every)
    {
        string[] modules = Directory.Exists(dump.PathOf("modules")) ? Directory.GetFiles(dump.PathOf("modules"), "*.ko") : [];
        var stacks = new Dictionary<int, IReadOnlyList<ulong>>();
        foreach (string line in Run(["-c", Script, dump.Vmcore, every.ToString(CultureInfo.InvariantCulture), dump.Vmlinux!, .. modules]).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.Split(' ');
            stacks[int.Parse(words[0], CultureInfo.InvariantCulture)] =
                [.. words.Skip(1).Where(word => word != "failed").Select(word => ulong.Parse(word, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
        }

        return stacks;
    }

    /// <summary>What a script for drgn prints.</summary>
    public static string RunScript(string script, params string[] arguments) => Run(["-c", script, .. arguments]);

    /// <summary>
    /// What a script prints, line by line. It gets a drgn program named <c>program</c> with the dump and its debug information, and the helpers
    /// of drgn.helpers.linux.
    /// </summary>
    public static IReadOnlyList<string> Ask(LabDump dump, string script)
    {
        const string preamble = """
            import sys
            from drgn import Program, cast, container_of
            from drgn.helpers.linux import *
            program = Program()
            program.set_core_dump(sys.argv[1])
            program.load_debug_info([sys.argv[2]])

            """;
        return Run(["-c", preamble + script, dump.Vmcore, dump.Vmlinux!]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string Run(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"drgn failed: {errors.Result}");
    }

    private static string? FindMissing()
    {
        if (!File.Exists(Python))
        {
            return $"{Python} is not on this machine";
        }

        try
        {
            Run(["-c", "import drgn"]);
            return null;
        }
        catch (InvalidOperationException)
        {
            return $"drgn is not installed for {Python} (Debian: apt-get install python3-drgn)";
        }
    }
}
