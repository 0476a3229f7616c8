// ISourceLookup: from a link-time address to functions, files and lines.
namespace VaQuest.DebugInfo.Lines;

/// <summary>Debug information of one image (vmlinux or a module). Safe for concurrent callers.</summary>
public interface ISourceLookup
{
    /// <summary>
    /// The chain of functions at an address, or null when no debug information covers it. For an ET_EXEC image the address is the link-time
    /// address; for a relocatable module it is (section index, offset in it), see <paramref name="section"/>.
    /// </summary>
    /// <param name="address">Link-time address; for a relocatable file the offset inside <paramref name="section"/>.</param>
    /// <param name="section">Section name of a relocatable file (.text, .init.text, …); null for an executable image.</param>
    SourceFrames? FindFrames(ulong address, string? section = null);
}
