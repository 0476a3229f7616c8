// PageContents: memory contents for test dumps.
namespace VaQuest.TestKit.Dumps;

/// <summary>Page contents that are different for every page and compress like kernel memory: some repeats, some noise.</summary>
public static class PageContents
{
    public static byte[] Make(ulong pfn, int size = 4096)
    {
        var random = new Random(unchecked((int)pfn * 7919));
        byte[] page = new byte[size];
        for (int at = 0; at < size;)
        {
            int run = Math.Min(size - at, random.Next(1, 300));
            switch (random.Next(4))
            {
                case 0:
                    random.NextBytes(page.AsSpan(at, run));
                    break;
                case 1:
                    page.AsSpan(at, run).Fill((byte)random.Next(256));
                    break;
                case 2 when at > 0:
                    int distance = random.Next(1, at + 1);
                    for (int i = at; i < at + run; i++)
                    {
                        page[i] = page[i - distance];
                    }

                    break;
                default:
                    break;
            }

            at += run;
        }

        page[0] = unchecked((byte)(pfn | 1));
        return page;
    }

    /// <summary>A page that every method of compression makes smaller.</summary>
    public static byte[] MakeCompressible(ulong pfn, int size = 4096)
    {
        byte[] page = Make(pfn, size);
        page.AsSpan(size / 4).Fill(unchecked((byte)pfn));
        return page;
    }
}
