// LazyBytesTests: pages of a table that several readers ask for at once.
using VaQuest.DebugInfo.Kallsyms;
using Xunit;

namespace VaQuest.DebugInfo.Tests.Kallsyms;

public sealed class LazyBytesTests
{
    [Fact]
    public void AnswersOthersWhileAPageIsBeingReadAgain()
    {
        LazyBytes? table = null;
        bool isNested = false;
        var seen = new List<byte>();

        // Stands for two threads: another reader fetches the page first; then this one's read goes on, which, like decompression, puts
        // anything into its destination before it is done.
        bool Read(ulong address, Span<byte> destination)
        {
            if (!isNested)
            {
                isNested = true;
                _ = table!.Span(0, 8);
                destination.Fill(0xee);
                seen.Add(table.Span(0, 8)[0]);
            }

            destination.Fill(0x11);
            return true;
        }

        table = new LazyBytes(0x1000, 64, Read);
        Assert.Equal(0x11, table.Span(0, 8)[0]);
        Assert.Equal([(byte)0x11], seen);
    }
}
