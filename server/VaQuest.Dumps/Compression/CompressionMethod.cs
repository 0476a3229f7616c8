// CompressionMethod: how a page of a kdump-compressed dump is stored.
namespace VaQuest.Dumps.Compression;

/// <summary>
/// The flag bits of a page descriptor and of the main header's status (makedumpfile diskdump_mod.h, DUMP_DH_COMPRESSED_*).
/// </summary>
[Flags]
public enum CompressionMethod : uint
{
    None = 0,
    Zlib = 0x1,
    Lzo = 0x2,
    Snappy = 0x4,
    Zstd = 0x20,
}
