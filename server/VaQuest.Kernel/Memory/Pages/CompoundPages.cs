// CompoundPages: heads, tails and sizes of pages that were allocated as one.
using System.Numerics;
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Memory.Pages;

/// <summary>
/// Compound pages and folios (include/linux/page-flags.h, include/linux/mm.h). A tail page holds its head's address with bit 0 set; where the
/// member is called compound_info (7.1 and later) it may hold a mask instead. Safe for concurrent callers.
/// </summary>
public sealed class CompoundPages
{
    /// <summary>MAX_ORDER is 10 or 11; gigantic pages of 16 GiB in pages of 4 KiB are 22.</summary>
    private const ulong MaxOrder = 22;

    private readonly KernelReader _reader;
    private readonly KernelTypes _types;
    private readonly Lazy<MemberLayout?> _head;
    private readonly Lazy<(ulong Offset, int Size)?> _order;
    private readonly Lazy<int?> _headBit;

    internal CompoundPages(KernelReader reader, KernelTypes types, Func<string, long?> number)
    {
        _reader = reader;
        _types = types;
        _head = new Lazy<MemberLayout?>(() => types.FindMember("page", "compound_head", "compound_info"));
        _order = new Lazy<(ulong, int)?>(FindOrderMember);
        _headBit = new Lazy<int?>(() => types.Catalog?.FindEnum("pageflags")?.FindValue("PG_head") is { } bit and >= 0 and < 64 ? (int)bit
            : number("PG_head_mask") is { } mask and > 0 ? BitOperations.Log2((ulong)mask) : null);
    }

    /// <summary>The head of a page: itself when it is no tail. Null when it cannot be read.</summary>
    public VirtAddr? FindHead(VirtAddr page)
    {
        if (_head.Value is not { } member || !_reader.TryReadWord(page + member.Offset, out ulong word))
        {
            return null;
        }

        if ((word & 1) == 0)
        {
            return page;
        }

        // A mask has ones in all upper bits, where no struct page ever is.
        bool isMask = ~word < 1UL << 30 && _reader.WordSize == 8;
        return new VirtAddr(isMask ? page.Value & word : word - 1);
    }

    /// <summary>Base-2 logarithm of the number of pages behind a head; 0 for a single page. Null when it cannot be read.</summary>
    /// <param name="head">The head.</param>
    /// <param name="flags">Its flags.</param>
    public int? FindOrder(VirtAddr head, ulong flags)
    {
        if (_headBit.Value is not { } bit)
        {
            return null;
        }

        if (((flags >> bit) & 1) == 0)
        {
            return 0;
        }

        if (_order.Value is not { } place || !_reader.TryReadUInt(head + place.Offset, place.Size, out ulong value))
        {
            return null;
        }

        return (value & 0xff) is var order && order <= MaxOrder ? (int)order : null;
    }

    // The order has been in the second page: compound_order there (to 6.2), _folio_order, and the low byte of its flags (6.6 and later).
    private (ulong, int)? FindOrderMember()
    {
        ulong pageBytes = _types.FindSize("page") is { } size and > 0 ? (ulong)size : 0;
        if (_types.FindOffset("page", "compound_order") is { } old)
        {
            return (pageBytes + old, 1);
        }

        if (_types.FindMember("folio", "_folio_order", "_flags_1") is { } member)
        {
            return (member.Offset, (int)Math.Clamp(member.Size, 1, 8));
        }

        return null;
    }
}
