// FormatError: stable codes for everything that can be wrong with an input file.
namespace VaQuest.Binary;

/// <summary>What is wrong with an input. Each value has a test that produces it.</summary>
public enum FormatError
{
    /// <summary>The data ends before the value.</summary>
    Truncated,

    /// <summary>The file is not of this kind at all.</summary>
    NotRecognized,

    /// <summary>A header field contradicts the file or another field.</summary>
    BadHeader,

    /// <summary>A count, size or offset is out of range.</summary>
    BadValue,

    /// <summary>A count is larger than the configured limit.</summary>
    LimitExceeded,

    /// <summary>Compressed data does not decompress to what was promised.</summary>
    BadCompression,

    /// <summary>A version or encoding that is not supported.</summary>
    Unsupported,

    /// <summary>The file belongs to another build (build id or release differ).</summary>
    Mismatch,

    /// <summary>The file could not be opened or read.</summary>
    Io,
}
