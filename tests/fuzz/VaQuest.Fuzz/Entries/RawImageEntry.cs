// RawImageEntry: names of raw memory images with their addresses.
using VaQuest.Binary;
using VaQuest.Dumps;
using VaQuest.Dumps.Formats.Raw;
using VaQuest.Fuzz.Engine;

namespace VaQuest.Fuzz.Entries;

/// <summary>The input goes behind the name of a file that is there: addresses, further names.</summary>
internal sealed class RawImageEntry() : FuzzEntry("raw-image")
{
    private const int ImageBytes = 8192;

    private static readonly ulong[] s_addresses = [0, 1, 0xfff, 0x1000, 1ul << 40, ulong.MaxValue - 4096, ulong.MaxValue];

    private readonly Lazy<string> _path = new(PutImage);
    private readonly byte[] _buffer = new byte[10_000];

    public override IEnumerable<FuzzSeed> Seeds =>
        new[] { "@0", "@0x1000", "@100000,image@0", "@fffffffffffffff0", "@", "@zz,", "@1,image@2,image@3" }.Select(text => new FuzzSeed(Text(text)));

    public override IReadOnlyList<byte[]> Words { get; } = [.. new[] { "@", ",", "0x", "image", "image@", "/", "..", "ffffffffffffffff", "-1", "\0" }.Select(Text)];

    public override int MaxInput => 1024;

    public override void Run(byte[] input)
    {
        string path = _path.Value + System.Text.Encoding.Latin1.GetString(input);
        if (RawImage.Parse(path) is not { } parts)
        {
            return;
        }

        using Vmcore dump = RawImage.Open(path, parts, new DumpOptions { PageCacheBytes = 64 << 10 }, CancellationToken.None);
        foreach (ulong address in s_addresses.Concat(parts.Select(part => part.Address)))
        {
            ReadOutcome outcome = dump.Memory.Read(new PhysAddr(address), _buffer);
            Require(outcome.BytesRead >= 0 && outcome.BytesRead <= _buffer.Length, "the outcome fits the request");
            dump.Pages?.StateOf(new Pfn(address / 4096));
        }

        Require(dump.Ranges.Sum(range => (long)range.Length) <= (long)parts.Count * ImageBytes, "there is no more memory than in the files");
    }

    private static string PutImage()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("vaquest-fuzz-").FullName, "image");
        File.WriteAllBytes(path, new byte[ImageBytes]);
        return path;
    }
}
