// LzoRoundTripEntry: whatever is compressed comes back.
using VaQuest.Dumps.Compression;
using VaQuest.Fuzz.Engine;
using VaQuest.TestKit.Dumps;

namespace VaQuest.Fuzz.Entries;

/// <summary>The compressor with every input, into as much room as a page has and into enough.</summary>
internal sealed class LzoRoundTripEntry() : FuzzEntry("lzo-compressor")
{
    private readonly Lzo1xCompressor _compressor = new();
    private readonly byte[] _compressed = new byte[Lzo1xCompressor.MaxInput * 2];

    public override IEnumerable<FuzzSeed> Seeds => [new(PageContents.Make(1)), new(PageContents.MakeCompressible(2)), new(PageContents.Make(3, 60_000)), new([])];

    public override int MaxInput => Lzo1xCompressor.MaxInput;

    public override void Run(byte[] input)
    {
        int count = _compressor.Compress(input, _compressed);
        byte[] back = new byte[input.Length];
        Require(count > 0 && Lzo1x.TryDecompress(_compressed.AsSpan(0, count), back), "the block is sound");
        Require(input.AsSpan().SequenceEqual(back), "the block gives the input back");
        int small = _compressor.Compress(input, _compressed.AsSpan(0, input.Length / 2));
        Require(small == 0 || small == count, "room changes nothing but whether it fits");
    }
}
