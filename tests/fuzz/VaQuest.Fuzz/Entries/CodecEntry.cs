// CodecEntry: compressed pages.
using VaQuest.Binary;
using VaQuest.Dumps.Compression;
using VaQuest.Fuzz.Engine;
using VaQuest.TestKit.Dumps;

namespace VaQuest.Fuzz.Entries;

/// <summary>The first byte chooses the method; the page is guarded on both sides.</summary>
internal sealed class CodecEntry() : FuzzEntry("codecs")
{
    private const int PageSize = 4096;
    private const int Guard = 64;

    private static readonly CompressionMethod[] s_methods = [CompressionMethod.Zlib, CompressionMethod.Lzo, CompressionMethod.Snappy, CompressionMethod.Zstd];

    private static readonly PageCodec s_codec = new();
    private readonly byte[] _page = new byte[PageSize + (2 * Guard)];

    public override IEnumerable<FuzzSeed> Seeds =>
        from index in Enumerable.Range(0, s_methods.Length)
        from pfn in new ulong[] { 1, 2 }
        select new FuzzSeed([(byte)index, .. KdumpWriter.Compress(PageContents.MakeCompressible(pfn), (PageCompression)s_methods[index])]);

    public override void Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return;
        }

        _page.AsSpan().Fill(0xa5);
        ReadStatus status = s_codec.Decompress(s_methods[input[0] % s_methods.Length], input, 1, input.Length - 1, _page.AsSpan(Guard, PageSize));
        Require(status is ReadStatus.Ok or ReadStatus.Corrupt, "a page is sound or damaged");
        Require(_page.AsSpan(0, Guard).IndexOfAnyExcept((byte)0xa5) < 0, "nothing is written before the page");
        Require(_page.AsSpan(Guard + PageSize).IndexOfAnyExcept((byte)0xa5) < 0, "nothing is written behind the page");
    }
}
