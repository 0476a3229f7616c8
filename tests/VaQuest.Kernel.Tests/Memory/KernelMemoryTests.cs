// KernelMemoryTests: reads across pages, and where they stop.
using VaQuest.Binary;
using VaQuest.Kernel.Memory;
using Xunit;

namespace VaQuest.Kernel.Tests.Memory;

public sealed class KernelMemoryTests
{
    private readonly FakePhysicalMemory _physical = new();

    [Fact]
    public void ReadsAcrossPagesThatAreApartInPhysicalMemory()
    {
        _physical.Write(0x9ffe, [1, 2]);
        _physical.Write(0x3000, [3, 4]);
        KernelMemory memory = Open((0x1000, 0x9000), (0x2000, 0x3000));
        byte[] bytes = new byte[4];

        Assert.Equal(ReadOutcome.Success(4), memory.Read(new VirtAddr(0x1ffe), bytes));
        Assert.Equal([1, 2, 3, 4], bytes);
    }

    [Theory]
    [InlineData(false, ReadStatus.Unmapped)]
    [InlineData(true, ReadStatus.Excluded)]
    public void StopsAtTheFirstMissingByteWithItsVirtualAddress(bool isMapped, ReadStatus reason)
    {
        _physical.Write(0x9000, new byte[] { 7, 7, 7, 7 });
        _physical.Lose(0x4000, ReadStatus.Excluded);
        KernelMemory memory = isMapped ? Open((0x1000, 0x9000), (0x2000, 0x4000)) : Open((0x1000, 0x9000));
        byte[] bytes = [9, 9, 9, 9];

        Assert.Equal(new ReadOutcome(reason, 2, 0x2000), memory.Read(new VirtAddr(0x1ffe), bytes));
        Assert.Equal(0, bytes[2]);
        Assert.Equal(0, bytes[3]);
    }

    [Fact]
    public void ReadsTextUpToItsNulOrWhatIsThere()
    {
        _physical.Write(0x9ffa, "kernel"u8);
        var reader = new KernelReader(Open((0x1000, 0x9000)));

        Assert.Equal("kernel", reader.ReadCString(new VirtAddr(0x1ffa), 64));
        Assert.Equal("ker", reader.ReadCString(new VirtAddr(0x1ffa), 3));
        Assert.Null(reader.ReadCString(new VirtAddr(0x5000), 64));
    }

    private KernelMemory Open(params (ulong Virtual, ulong Physical)[] pages) => new(_physical, new Pages(pages));

    private sealed class Pages((ulong Virtual, ulong Physical)[] pages) : IAddressTranslator
    {
        public Translation Translate(VirtAddr address)
        {
            foreach ((ulong start, ulong physical) in pages)
            {
                if (unchecked(address.Value - start) < 4096)
                {
                    return new Translation(ReadStatus.Ok, new PhysAddr(physical + address.Value - start), 1, TranslationMethod.PageTables);
                }
            }

            return Translation.Failed(ReadStatus.Unmapped);
        }
    }
}
