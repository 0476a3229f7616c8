// PieceIndexTests: the interval index against a slow one.
using VaQuest.Dumps.Storage;
using Xunit;

namespace VaQuest.Dumps.Tests.Storage;

public sealed class PieceIndexTests
{
    [Fact]
    public void FindsWhatAByteByByteIndexFinds()
    {
        var random = new Random(7);
        for (int round = 0; round < 300; round++)
        {
            var pieces = new List<StoredPiece>();
            long?[] expected = new long?[200];
            long[] ranks = Enumerable.Repeat(long.MaxValue, 200).ToArray();
            for (int i = 0; i < random.Next(1, 12); i++)
            {
                int start = random.Next(0, 150);
                int end = start + random.Next(0, 50);
                long rank = random.Next(4) * 100 + i;
                pieces.Add(new StoredPiece((ulong)start, (ulong)end, 1000 * i, rank, PieceKind.Present));
                for (int at = start; at < end; at++)
                {
                    if (rank < ranks[at])
                    {
                        ranks[at] = rank;
                        expected[at] = (1000 * i) + at - start;
                    }
                }
            }

            var index = PieceIndex.Build(pieces);
            for (int at = 0; at < 200; at++)
            {
                int found = index.Find((ulong)at);
                long? actual = found < 0 ? null : index[found].Position + at - (long)index[found].Start;
                Assert.Equal(expected[at], actual);
                Assert.True(found >= 0 || ~found == index.Count || index[~found].Start > (ulong)at);
            }
        }
    }
}
