// ReadStatus: why bytes of the crashed machine's memory are there or are not.
namespace VaQuest.Binary;

/// <summary>The state of a memory read. Absence is an answer, not an error.</summary>
public enum ReadStatus
{
    /// <summary>All bytes were read.</summary>
    Ok,

    /// <summary>The address is outside everything the dump describes (no RAM there, or a hole).</summary>
    NotInDump,

    /// <summary>The page was left out by the dump's filter level.</summary>
    Excluded,

    /// <summary>The page tables do not map the virtual address.</summary>
    Unmapped,

    /// <summary>The page is in the dump but damaged (bad descriptor, failed decompression).</summary>
    Corrupt,

    /// <summary>The dump file ends before the page.</summary>
    Truncated,

    /// <summary>The page is in a file of a split dump that is not here.</summary>
    InAnotherFile,

    /// <summary>The dump stores it in a way that is not read here.</summary>
    Unsupported,

    /// <summary>The operating system failed to read the dump file.</summary>
    IoError,
}
