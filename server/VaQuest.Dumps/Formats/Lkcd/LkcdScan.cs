// LkcdScan: the one pass over an LKCD dump's page headers.
using System.Numerics;
using VaQuest.Dumps.Formats.Lkcd.Wire;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.Lkcd;

/// <summary>Walks from page header to page header and builds the index. Every step goes on by a header at least, so the walk ends.</summary>
internal static class LkcdScan
{
    /// <summary>How much longer than a page its compressed form may be: the kernel's buffer for it was a page and 512 bytes.</summary>
    public const int CompressedSlack = 512;

    /// <summary>Physical addresses end here on every machine: 52 bits.</summary>
    private const ulong EndAddress = 1ul << 52;

    /// <summary>Version 1 on i386 wrote the kernel's virtual address of page 0.</summary>
    private const ulong I386PageOffset = 0xc0000000;

    /// <summary>The index of all pages up to the end mark, the end of the file, or the first header that makes no sense.</summary>
    public static LkcdIndex Run(DumpInput input, LkcdHeader header, out ulong addressBase)
    {
        var index = new LkcdIndex();
        var window = new SourceWindow(input.Source);
        int pageSize = (int)header.PageSize;
        int shift = BitOperations.Log2(header.PageSize);
        long at = (long)header.FirstPageAt;
        addressBase = 0;
        string? damage = null;
        for (long count = 0; damage is null; count++)
        {
            if ((count & 0xfff) == 0)
            {
                input.Cancellation.ThrowIfCancellationRequested();
            }

            ReadOnlySpan<byte> bytes = window.At(at, LkcdPageHeader.Bytes, "a page header");
            if (bytes.Length < LkcdPageHeader.Bytes)
            {
                damage = FormattableString.Invariant($"the file ends at byte {input.Source.Length} without the dump's end mark");
                break;
            }

            LkcdPageHeader page = LkcdPageHeader.Read(bytes, header.IsBigEndian);
            if (page.IsEnd)
            {
                damage = page.IsTruncated ? "the dump is marked as cut short by the kernel that wrote it" : null;
                break;
            }

            if (count == 0 && header.Version == 1 && !page.HasPageNumber && page.Address == I386PageOffset)
            {
                addressBase = I386PageOffset;
            }

            ulong pfn = PfnOf(page, addressBase, shift);
            if (!page.IsSound(pageSize, CompressedSlack) || pfn >= EndAddress >> shift)
            {
                damage = FormattableString.Invariant(
                    $"the page header at byte {at} is damaged (address 0x{page.Address:x}, size {page.Size}, flags 0x{page.Flags:x})");
                break;
            }

            if (!page.IsTestPattern)
            {
                index.Add(pfn, at);
                if (index.RunCount > input.Limits.MaxLkcdRuns)
                {
                    damage = FormattableString.Invariant($"the pages lie in more than {input.Limits.MaxLkcdRuns} places");
                }
            }

            at += LkcdPageHeader.Bytes + page.Size;
        }

        Finish(input, index, damage);
        return index;
    }

    public static ulong PfnOf(in LkcdPageHeader page, ulong addressBase, int shift) =>
        page.HasPageNumber ? page.Address : unchecked(page.Address - addressBase) >> shift;

    private static void Finish(DumpInput input, LkcdIndex index, string? damage)
    {
        index.Seal();
        if (damage is not null)
        {
            input.IsCut = true;
            input.Warn($"{damage}; pages that would follow are missing ({index.PageCount} were found)");
        }

        if (index.DuplicateCount > 0)
        {
            input.Warn($"{index.DuplicateCount} pages are in the dump more than once; the first of each is used");
        }
    }
}
