// KdumpLosses: finds out what a file of a kdump-compressed dump has lost.
using VaQuest.Binary;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.KdumpCompressed;

/// <summary>Looks at the last descriptor of a file, and when that is lost finds the first that is, so that the user hears where damage begins.</summary>
internal static class KdumpLosses
{
    /// <param name="input">Receives what is missing.</param>
    /// <param name="member">The file.</param>
    /// <param name="pages">Its tables.</param>
    /// <param name="isNamed">True when there are several files: the warning then says which.</param>
    public static void Find(DumpInput input, KdumpMember member, KdumpPages pages, bool isNamed)
    {
        DescriptorTable descriptors = pages.Descriptors;
        bool isMarked = member.Layout.IsMarkedIncomplete;
        if (!isMarked && !IsLost(pages, descriptors, FindLastStored(input, descriptors)))
        {
            return;
        }

        input.IsCut = true;
        (long first, bool isExact) = FindFirstLost(input, pages, descriptors);
        string what = isNamed ? $"the split member {DumpText.CleanName(member.Name)}" : "the dump";
        string marked = isMarked ? "is marked incomplete" : "is cut";
        if (first < 0)
        {
            input.Warn($"{what} {marked}; all {descriptors.Count} pages of its tables are there, but pages that were never counted may be missing");
            return;
        }

        ulong page = PageOf(pages, first);
        string where = isExact ? "" : "about ";
        input.Warn($"{what} {marked}: pages are missing from {where}physical 0x{page * (ulong)member.Layout.Header.BlockSize:x} on (file of {pages.FileLength} bytes)");
    }

    /// <summary>The last descriptor with data of its own: zero pages at the end of RAM share one place, which tells nothing.</summary>
    private static long FindLastStored(DumpInput input, DescriptorTable descriptors)
    {
        long last = descriptors.Count - 1;
        if (last < 0 || descriptors.TryGet(last, out PageDescriptor shared) != ReadStatus.Ok || shared.IsLost)
        {
            return last;
        }

        long stop = Math.Max(0, last - input.Limits.MaxDescriptorsScanned);
        for (long i = last - 1; i >= stop; i--)
        {
            if (descriptors.TryGet(i, out PageDescriptor descriptor) != ReadStatus.Ok || descriptor.Offset != shared.Offset)
            {
                return descriptor.Offset > shared.Offset || descriptor.IsLost ? i : last;
            }
        }

        return last;
    }

    private static bool IsLost(KdumpPages pages, DescriptorTable descriptors, long index)
    {
        if (index < 0)
        {
            return false;
        }

        ReadStatus status = descriptors.TryGet(index, out PageDescriptor descriptor);
        return (status == ReadStatus.Ok ? pages.Check(descriptor) : status) == ReadStatus.Truncated;
    }

    /// <summary>The first lost descriptor: by looking at each while that is quick, else by halving, as losses are at the end.</summary>
    private static (long Index, bool IsExact) FindFirstLost(DumpInput input, KdumpPages pages, DescriptorTable descriptors)
    {
        if (descriptors.Count <= input.Limits.MaxDescriptorsScanned)
        {
            for (long i = 0; i < descriptors.Count; i++)
            {
                if (IsLost(pages, descriptors, i))
                {
                    return (i, true);
                }
            }

            return (-1, true);
        }

        long low = 0;
        long high = descriptors.Count;
        while (low < high)
        {
            long middle = low + ((high - low) / 2);
            (low, high) = IsLost(pages, descriptors, middle) ? (low, middle) : (middle + 1, high);
        }

        return (low == descriptors.Count ? -1 : low, false);
    }

    /// <summary>The page of a descriptor: the bit with that rank, by halving.</summary>
    private static ulong PageOf(KdumpPages pages, long index)
    {
        long rank = pages.Dumped.Rank(pages.Start) + index;
        ulong low = pages.Start;
        ulong high = pages.End;
        while (low < high)
        {
            ulong middle = low + ((high - low) / 2);
            (low, high) = pages.Dumped.Rank(middle + 1) <= rank ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
