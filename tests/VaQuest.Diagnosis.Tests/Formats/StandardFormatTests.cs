// StandardFormatTests: one memory image of a real kernel, written in every format, gives the same bytes, symbols and report from each.
using VaQuest.Binary;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Dumps;
using VaQuest.Kernel;
using VaQuest.TestKit;
using VaQuest.TestKit.Dumps;
using Xunit;

namespace VaQuest.Diagnosis.Tests.Formats;

public sealed class StandardFormatTests : IDisposable
{
    private static readonly Lazy<StandardImage> s_image = new(StandardImage.Load);
    private static readonly Lazy<string> s_report = new(() => ReportOf(Lab.Sample()!.Vmcore));

    private readonly string _folder = Directory.CreateTempSubdirectory("vaquest-standard-").FullName;

    public static TheoryData<string> Formats() => new(StandardFormats.Names);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Formats))]
    public void GivesTheSameBytesSymbolsAndReport(string format)
    {
        string path = StandardFormats.Write(format, s_image.Value, _folder);
        using (Vmcore dump = VmcoreFile.Open(path))
        {
            Assert.Empty(dump.Warnings);
            Assert.True(dump.IsComplete);
            foreach (SampleRange range in s_image.Value.Ranges)
            {
                byte[] actual = new byte[range.Bytes.Length];
                Assert.Equal(ReadStatus.Ok, dump.Memory.Read(new PhysAddr(range.Start), actual).Status);
                Assert.True(range.Bytes.AsSpan().SequenceEqual(actual), $"the bytes from 0x{range.Start:x} on differ");
            }

            LinuxKernel kernel = LinuxKernel.Open(dump);
            using Vmcore sample = VmcoreFile.Open(Lab.Sample()!.Vmcore);
            LinuxKernel truth = LinuxKernel.Open(sample);
            foreach (string name in new[] { "_stext", "panic", "init_task", "schedule" })
            {
                Assert.Equal(truth.Symbols.FindAddress(name), kernel.Symbols.FindAddress(name));
            }
        }

        Assert.Equal(s_report.Value, ReportOf(path));
    }

    /// <summary>The report without the lines that tell of the file: its format, and how the kernel was found in it.</summary>
    private static string ReportOf(string path)
    {
        using IDumpSession session = DumpSession.Open(path, new SessionOptions { UseDebugInfo = false }, CancellationToken.None);
        string text = session.GetReport(CancellationToken.None).Text;
        int coverage = text.IndexOf("\nCoverage\n", StringComparison.Ordinal);
        IEnumerable<string> lines = text[..coverage].Split('\n').Where(line => !line.StartsWith("  dump  ", StringComparison.Ordinal));
        return string.Join('\n', lines);
    }
}
