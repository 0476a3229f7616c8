// PageCompression: how a test dump stores a page.
namespace VaQuest.TestKit.Dumps;

/// <summary>The flag bits of page descriptors.</summary>
public enum PageCompression
{
    Raw = 0,
    Zlib = 1,
    Lzo = 2,
    Snappy = 4,
    Zstd = 0x20,
}
