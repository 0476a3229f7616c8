// IPageFilter: decides which pages are left out of a dump.
using VaQuest.Binary;

namespace VaQuest.Dumps.Writing;

/// <summary>What makedumpfile's dump level says of a page. Safe for concurrent use.</summary>
public interface IPageFilter
{
    /// <summary>True when the page is of a kind that is left out. In doubt false: a page too many does no harm.</summary>
    bool IsExcluded(Pfn pfn);
}
