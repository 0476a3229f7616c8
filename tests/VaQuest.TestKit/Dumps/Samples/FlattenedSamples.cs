// FlattenedSamples: small flattened dumps and the fields of their records.
namespace VaQuest.TestKit.Dumps.Samples;

/// <summary>makedumpfile's flattened form of other samples; its own fields are big-endian.</summary>
public static class FlattenedSamples
{
    private const int HeaderBytes = 4096;

    public static DumpSample Kdump() => Wrap(KdumpSamples.OfVersion(6));

    public static DumpSample Elf() => Wrap(ElfSamples.Kdump());

    private static DumpSample Wrap(DumpSample inner)
    {
        var sample = new DumpSample(FlattenedWriter.Wrap(inner.Dump, 1000)) { IsBigEndian = true };
        foreach (SampleMemory memory in inner.Memory)
        {
            sample.Holds(memory.Address, memory.Bytes);
        }

        // Records carry bytes to their place: any other offset or size puts other bytes there.
        sample.Field("type", 16, 8).Field("version", 24, 8);
        sample.Field("record offset", HeaderBytes, 8, isPlacement: true).Field("record size", HeaderBytes + 8, 8, isPlacement: true);
        long end = sample.Dump.Length - 16;
        return sample.Field("end offset", end, 8, isPlacement: true).Field("end size", end + 8, 8, isPlacement: true);
    }
}
