// MergeSort: a stable order of keys, quick on nearly sorted input.
namespace VaQuest.DebugInfo.Dwarf;

/// <summary>
/// Natural merge sort. Debug sections are concatenations of a few sorted runs, so this takes a few linear passes; and being our own code
/// over plain arrays it is compiled ahead of time, where the framework's generic sort would be compiled at the first address asked for.
/// </summary>
internal static class MergeSort
{
    /// <summary>The indices of the keys in ascending order of key; equal keys keep their order.</summary>
    public static int[] Order(ulong[] keys)
    {
        int count = keys.Length;
        var from = new int[count];
        var to = new int[count];
        for (int i = 0; i < count; i++)
        {
            from[i] = i;
        }

        while (count > 0)
        {
            int start = 0;
            while (start < count)
            {
                int middle = RunEnd(keys, from, start);
                int end = RunEnd(keys, from, middle);
                Merge(keys, from, to, start, middle, end);
                if (start == 0 && end == count)
                {
                    return to;
                }

                start = end;
            }

            (from, to) = (to, from);
        }

        return from;
    }

    private static int RunEnd(ulong[] keys, int[] order, int start)
    {
        int end = start;
        while (++end < order.Length && keys[order[end - 1]] <= keys[order[end]])
        {
        }

        return Math.Min(end, order.Length);
    }

    private static void Merge(ulong[] keys, int[] from, int[] to, int start, int middle, int end)
    {
        int left = start;
        int right = middle;
        for (int at = start; at < end; at++)
        {
            to[at] = right >= end || (left < middle && keys[from[left]] <= keys[from[right]]) ? from[left++] : from[right++];
        }
    }
}
