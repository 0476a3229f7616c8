// LimeSamples: small LiME and AVML images and their fields.
namespace VaQuest.TestKit.Dumps.Samples;

/// <summary>Memory images with a header in front of each range.</summary>
public static class LimeSamples
{
    public static DumpSample Lime() => Describe(isCompressed: false);

    public static DumpSample Avml()
    {
        DumpSample sample = Describe(isCompressed: true);

        // The first chunk is the stream's mark of 10 bytes; the next begins with its type and length.
        return sample.Field("chunk type", 42, 1, isPlacement: true).Field("chunk length", 43, 2, isPlacement: true).Field("chunk checksum", 46, 4);
    }

    private static DumpSample Describe(bool isCompressed)
    {
        byte[] first = PageContents.MakeCompressible(1, 0x14000);
        byte[] second = PageContents.Make(9, 0x2000);
        byte[] dump = new LimeWriter { IsCompressed = isCompressed }.Range(0x1000, first).Range(0x100000, second).ToArray();
        return new DumpSample(dump).Holds(0x1000, first).Holds(0x100000, second)
            .Field("version", 4, 4).Field("start", 8, 8, isPlacement: true).Field("end", 16, 8, isPlacement: true).Field("reserved", 24, 8);
    }
}
