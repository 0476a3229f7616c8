// DumpSampleSweepTests: every dump format, sound, cut at 200 places, and with every bounded field at its extremes.
using VaQuest.TestKit.Dumps.Samples;
using Xunit;

namespace VaQuest.Dumps.Tests.Sweeps;

public sealed class DumpSampleSweepTests
{
    private const int Cuts = 200;

    /// <summary>Bytes at both ends of a file where every single place is cut.</summary>
    private const int DenseBytes = 40;

    public static TheoryData<string> Samples() => new(DumpSamples.Names);

    [Theory]
    [MemberData(nameof(Samples))]
    public void ReadsTheSoundSample(string name)
    {
        DumpSample sample = DumpSamples.Make(name);
        using var files = new SweepFiles(sample);
        using Vmcore vmcore = VmcoreFile.Open(files.DumpPath, sample.Options);
        Assert.Equal(!sample.IsIncomplete, vmcore.IsComplete);
        Assert.NotEmpty(sample.Memory);
        foreach (SampleMemory memory in sample.Memory)
        {
            Pages.AssertReads(vmcore, memory.Address, memory.Bytes);
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void SurvivesBeingCutAnywhere(string name)
    {
        DumpSample sample = DumpSamples.Make(name);
        using var files = new SweepFiles(sample);
        foreach ((string file, byte[] bytes) in SweepFiles.FilesOf(sample))
        {
            foreach (int place in PlacesOf(bytes.Length))
            {
                files.With(file, bytes.AsSpan(0, place), () => Sweep.Check(sample, files.DumpPath, $"{file} cut at {place}", isCut: true, areBytesKnown: true));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void SurvivesEveryFieldAtItsExtremes(string name)
    {
        DumpSample sample = DumpSamples.Make(name);
        using var files = new SweepFiles(sample);
        Assert.NotEmpty(sample.Fields);
        foreach (SampleField field in sample.Fields)
        {
            string file = field.File ?? sample.FileName;
            byte[] sound = field.File is null ? sample.Dump : sample.Companions[field.File];
            foreach (ulong value in DumpSample.ExtremesOf(field, sound))
            {
                string what = $"{field.Name} = 0x{value:x}";
                files.With(
                    file, DumpSample.With(sound, field, value),
                    () => Sweep.Check(sample, files.DumpPath, what, isCut: false, areBytesKnown: !field.IsPlacement));
            }
        }
    }

    private static IEnumerable<int> PlacesOf(int length) =>
        Enumerable.Range(0, Cuts).Select(i => (int)((long)length * i / Cuts))
            .Concat(Enumerable.Range(0, Math.Min(DenseBytes, length)))
            .Concat(Enumerable.Range(Math.Max(0, length - DenseBytes), Math.Min(DenseBytes, length)))
            .Distinct();
}
