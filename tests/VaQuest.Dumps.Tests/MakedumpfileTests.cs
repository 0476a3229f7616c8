// MakedumpfileTests: what makedumpfile of this machine makes of the sample dump, split, flattened and compressed anew, holds the same memory.
using System.ComponentModel;
using System.Diagnostics;
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.Dumps.Tests;

public sealed class MakedumpfileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vaquest-makedumpfile-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [MakedumpfileFact]
    public void SplitsGiveTheSameMemoryFromEachFile()
    {
        string[] members = [In("a"), In("b"), In("c")];
        Make(["--split", "-l", "-d", "31", Lab.Sample()!.Vmcore, .. members]);
        foreach (string member in members)
        {
            using Vmcore vmcore = VmcoreFile.Open(member);
            Assert.Equal(3, vmcore.Details.Count(detail => detail.Key.StartsWith("Split member", StringComparison.Ordinal)));
            AssertSameAsSample(vmcore);
        }
    }

    [MakedumpfileFact]
    public void FlattenedFilesGiveTheSameMemory()
    {
        string flat = In("flat");
        using (FileStream file = File.Create(flat))
        {
            Make(["-F", "-c", "-d", "31", Lab.Sample()!.Vmcore], file);
        }

        using Vmcore vmcore = VmcoreFile.Open(flat);
        Assert.Contains(vmcore.Details, detail => detail.Key == "Wrapper");
        AssertSameAsSample(vmcore);
    }

    [MakedumpfileFact]
    public void RebuiltAndRecompressedFilesGiveTheSameMemory()
    {
        foreach (string method in new[] { "-c", "-l" })
        {
            string path = In("again" + method);
            Make([method, "-d", "31", Lab.Sample()!.Vmcore, path]);
            using Vmcore vmcore = VmcoreFile.Open(path);
            Assert.Equal(method == "-c" ? ["zlib"] : ["lzo"], vmcore.Compression);
            AssertSameAsSample(vmcore);
        }
    }

    private static void AssertSameAsSample(Vmcore vmcore)
    {
        using Vmcore truth = VmcoreFile.Open(Lab.Sample()!.Vmcore);
        Assert.True(vmcore.IsComplete);
        Assert.Empty(vmcore.Warnings);
        Assert.Equal(truth.Vmcoreinfo.Text, vmcore.Vmcoreinfo.Text);
        Assert.Equal(truth.CpuNotes.Select(cpu => cpu.Registers.ToArray()), vmcore.CpuNotes.Select(cpu => cpu.Registers.ToArray()));
        Assert.Equal(truth.Pages!.EnumeratePresent(), vmcore.Pages!.EnumeratePresent());
        Assert.Equal(truth.Ranges, vmcore.Ranges);
        byte[] expected = new byte[1 << 16];
        byte[] actual = new byte[1 << 16];
        foreach (PhysicalRange range in truth.Pages.EnumeratePresent())
        {
            for (ulong at = 0; at < range.Length; at += (ulong)expected.Length)
            {
                int length = (int)Math.Min((ulong)expected.Length, range.Length - at);
                Assert.True(truth.Memory.Read(range.Start + at, expected.AsSpan(0, length)).IsOk);
                Assert.True(vmcore.Memory.Read(range.Start + at, actual.AsSpan(0, length)).IsOk);
                Assert.True(expected.AsSpan(0, length).SequenceEqual(actual.AsSpan(0, length)), $"the bytes at {range.Start + at} differ");
            }
        }
    }

    private string In(string name) => Path.Combine(_folder, name);

    private static void Make(string[] arguments, Stream? output = null)
    {
        var start = new ProcessStartInfo("makedumpfile", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.BaseStream.CopyTo(output ?? Stream.Null);
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"makedumpfile {string.Join(' ', arguments)}: {error.GetAwaiter().GetResult()}");
    }

    /// <summary>Skips with the reason when makedumpfile is not installed or not for this machine.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class MakedumpfileFactAttribute : FactAttribute
    {
        private static readonly string? s_reason = FindReason();

        public MakedumpfileFactAttribute()
        {
            Skip = s_reason;
        }

        private static string? FindReason()
        {
            try
            {
                using Process process = Process.Start(new ProcessStartInfo("makedumpfile", "-v") { RedirectStandardOutput = true, RedirectStandardError = true })!;
                process.WaitForExit();
                return process.ExitCode == 0 ? null : $"makedumpfile -v ended with {process.ExitCode}";
            }
            catch (Win32Exception error)
            {
                return $"makedumpfile cannot be run ({error.Message}); install it to compare with it";
            }
        }
    }
}
