// FragmentLayout: where a fragment of a socket buffer has its page, offset and length.
using VaQuest.Binary;
using VaQuest.DebugInfo.Types;
using VaQuest.Kernel.Memory;

namespace VaQuest.Kernel.ZeroCopy;

/// <summary>skb_frag_t in this kernel's form.</summary>
internal sealed class FragmentLayout
{
    /// <summary>A netmem whose lowest bit is set is device memory and no page (6.10).</summary>
    private const ulong NoPage = 1;

    private readonly KernelReader _reader;
    private readonly Field _page;
    private readonly Field _offset;
    private readonly Field _length;

    private FragmentLayout(KernelReader reader, ulong size, Field page, Field offset, Field length)
    {
        _reader = reader;
        Size = size;
        _page = page;
        _offset = offset;
        _length = length;
    }

    /// <summary>From one fragment to the next, in bytes.</summary>
    public ulong Size { get; }

    public static FragmentLayout? Find(LinuxKernel kernel)
    {
        if (kernel.Types.Catalog?.FindStruct("skb_shared_info")?.FindField("frags")?.Type.Unqualified is not ArrayType array
            || array.Element.Unqualified is not StructType fragment || fragment.ByteSize is not ({ } size and > 0))
        {
            return null;
        }

        Field? page = fragment.FindField("netmem") ?? fragment.FindField("bv_page") ?? fragment.FindField("page.p");
        Field? offset = fragment.FindField("offset") ?? fragment.FindField("bv_offset") ?? fragment.FindField("page_offset");
        Field? length = fragment.FindField("len") ?? fragment.FindField("bv_len") ?? fragment.FindField("size");
        return page is null || offset is null || length is null ? null : new FragmentLayout(kernel.Reader, (ulong)size, page, offset, length);
    }

    /// <summary>Reads a fragment; false when it cannot be read or is no page.</summary>
    public bool Read(VirtAddr fragment, out VirtAddr page, out ulong offset, out ulong length)
    {
        length = 0;
        offset = 0;
        bool isRead = _reader.TryReadPointer(fragment + (ulong)_page.ByteOffset, out page)
            && _reader.TryReadUInt(fragment + (ulong)_offset.ByteOffset, (int)(_offset.Type.ByteSize ?? 4), out offset)
            && _reader.TryReadUInt(fragment + (ulong)_length.ByteOffset, (int)(_length.Type.ByteSize ?? 4), out length);
        return isRead && page.Value != 0 && (page.Value & NoPage) == 0;
    }
}
