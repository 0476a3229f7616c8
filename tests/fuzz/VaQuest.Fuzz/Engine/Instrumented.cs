// Instrumented: a copy of this program whose assemblies count branches.
using System.Diagnostics;

namespace VaQuest.Fuzz.Engine;

/// <summary>Makes the copy with SharpFuzz and runs entries in it, each in a process of its own, so that a crash costs one entry's time only.</summary>
internal static class Instrumented
{
    /// <summary>Added to the arguments of the copy.</summary>
    public const string Mark = "--instrumented";

    private static readonly string[] s_assemblies =
        ["VaQuest.Binary.dll", "VaQuest.Dumps.dll", "VaQuest.DebugInfo.dll", "VaQuest.Kernel.dll", "VaQuest.Diagnosis.dll", "vaquest.dll"];

    /// <summary>Copies the program's folder and instruments the server's assemblies in it; returns the program to start.</summary>
    public static string Make()
    {
        string source = AppContext.BaseDirectory;
        string target = Path.Combine(source, "instrumented");
        if (Directory.Exists(target))
        {
            Directory.Delete(target, recursive: true);
        }

        Directory.CreateDirectory(target);
        foreach (string file in Directory.EnumerateFiles(source))
        {
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }

        foreach (string assembly in s_assemblies)
        {
            SharpFuzz.Fuzzer.Instrument(Path.Combine(target, assembly), _ => true, SharpFuzz.Options.Value);
        }

        return Path.Combine(target, "VaQuest.Fuzz.dll");
    }

    /// <summary>Runs one entry in the copy; what it prints goes to this program's output. Returns its exit code.</summary>
    public static int Run(string program, string entry, IEnumerable<string> options)
    {
        var start = new ProcessStartInfo("dotnet", [program, "run", entry, .. options, Mark]);
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start");
        process.WaitForExit();
        return process.ExitCode;
    }
}
