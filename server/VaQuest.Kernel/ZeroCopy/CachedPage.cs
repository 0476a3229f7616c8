// CachedPage: which file a page of the page cache belongs to.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.ZeroCopy;

/// <summary>A page of a file.</summary>
/// <param name="Inode">The file's inode.</param>
/// <param name="Index">Page of the file, from 0.</param>
public sealed record CachedPage(VirtAddr Inode, ulong Index)
{
    /// <summary>Bits of page.mapping that say it is no file's (PAGE_MAPPING_FLAGS).</summary>
    private const ulong NoFile = 3;

    /// <summary>The file behind a struct page; null when it belongs to none: anonymous, the kernel's own, or not in the dump.</summary>
    public static CachedPage? Find(LinuxKernel kernel, VirtAddr page)
    {
        VirtAddr head = kernel.Slabs.FindHead(page) ?? page;
        var view = new ObjectView(kernel.Objects, head, "page");
        if (view.Pointer("mapping") is not { } mapping || (mapping.Value & NoFile) != 0
            || kernel.Objects.FindPointer(mapping, "address_space", "host") is not { } inode || view.UInt("index", "__folio_index") is not { } index)
        {
            return null;
        }

        ulong pageBytes = kernel.PageMap.PageStructBytes;
        return new CachedPage(inode, unchecked(index + (pageBytes == 0 ? 0 : (page - head) / pageBytes)));
    }
}
