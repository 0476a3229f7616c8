// LkcdCompression: how a test LKCD dump stores its pages.
namespace VaQuest.TestKit.Dumps;

/// <summary>dh_dump_compress. Pages that do not shrink are stored raw, as the kernel did.</summary>
public enum LkcdCompression
{
    None = 0,
    RunLength = 1,
    Gzip = 2,
}
