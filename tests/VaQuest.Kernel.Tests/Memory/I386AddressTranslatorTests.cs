// I386AddressTranslatorTests: i386 translation with and without PAE, over tables made by hand.
using VaQuest.Binary;
using VaQuest.Kernel.Arch.I386;
using VaQuest.Kernel.Memory;
using Xunit;

namespace VaQuest.Kernel.Tests.Memory;

public sealed class I386AddressTranslatorTests
{
    private const ulong Root = 0x100000;
    private const ulong Vmalloc = 0xf8123000;
    private const uint Present = 0x63;
    private const uint Large = 0xe3;

    private readonly FakePhysicalMemory _memory = new();

    [Fact]
    public void TranslatesThroughTwoLevels()
    {
        WritePlain(Vmalloc, 0x7654000);
        AssertPages(Open(false), Vmalloc + 0x123, 0x7654123);
    }

    [Theory]
    [InlineData(0xc0400000, 0x400000)]
    [InlineData(0xd0800000, 0x12345400000)]
    public void TranslatesLargePagesWithoutPae(ulong address, ulong physical)
    {
        // PSE-36: bits 39..32 of the address are bits 20..13 of the entry.
        Fill(Root, 4096);
        Write32(Root + ((address >> 22) * 4), (uint)(physical & 0xffc00000) | (uint)(((physical >> 32) & 0xff) << 13) | Large);
        AssertPages(Open(false), address + 0x3456, (physical & 0xffffc00000) + 0x3456);
    }

    [Fact]
    public void TranslatesThroughTheTablesOfPae()
    {
        WriteExtended(Vmalloc, 0x9_7654_3000, isLarge: false);
        AssertPages(Open(true), Vmalloc + 0x123, 0x9_7654_3123);
    }

    [Fact]
    public void TranslatesLargePagesOfPaeAndIgnoresNoExecute()
    {
        WriteExtended(0xc0600000, 0x8000_0000_0060_0000, isLarge: true);
        AssertPages(Open(true), 0xc0612345, 0x612345);
    }

    [Fact]
    public void TellsPaeByTheTables()
    {
        WriteExtended(Vmalloc, 0x7654000, isLarge: false);
        AssertPages(Open(null), Vmalloc, 0x7654000);
        var plain = new I386AddressTranslatorTests();
        plain.WritePlain(Vmalloc, 0x7654000);
        AssertPages(plain.Open(null), Vmalloc, 0x7654000);
    }

    [Theory]
    [InlineData(0xbffff000)]
    [InlineData(0x100000000)]
    [InlineData(ulong.MaxValue)]
    public void KnowsNoUserAddressesAndNoneBeyondFourGiB(ulong address)
    {
        WritePlain(Vmalloc, 0x7654000);
        Assert.Equal(ReadStatus.Unmapped, Open(false).Translate(new VirtAddr(address)).Status);
    }

    [Fact]
    public void WalksTheTablesOfAProcessInTheFormOfTheKernels()
    {
        WriteExtended(0x08048000, 0x7654000, isLarge: false);
        Translation found = Open(true).TranslateUser(new PhysAddr(Root), new VirtAddr(0x08048123));
        Assert.Equal((ReadStatus.Ok, 0x7654123UL), (found.Status, found.Physical.Value));
        Assert.Equal(ReadStatus.Unmapped, Open(true).TranslateUser(new PhysAddr(Root), new VirtAddr(0x08049000)).Status);
        Assert.Equal(ReadStatus.Unmapped, Open(true).TranslateUser(new PhysAddr(Root), new VirtAddr(1UL << 32)).Status);
    }

    [Fact]
    public void UsesTheLinearMappingWhereTablesAreMissing()
    {
        var translator = new I386AddressTranslator(_memory, new I386PagingConfig { HasExtension = true, Root = new PhysAddr(Root) });
        Translation found = translator.Translate(new VirtAddr(0xc1234567));
        Assert.Equal((0x1234567UL, TranslationMethod.DirectMap), (found.Physical.Value, found.Method));
        Assert.False(translator.Translate(new VirtAddr(0xfffff000)).IsOk);
    }

    [Fact]
    public void AsksForTheTablesOnceWhenTheDumpDoesNotNameThem()
    {
        WritePlain(Vmalloc, 0x7654000);
        int asked = 0;
        var translator = new I386AddressTranslator(_memory, new I386PagingConfig { HasExtension = false });
        translator.SetRootFinder(() =>
        {
            asked++;
            return new VirtAddr(0xc0000000 + Root);
        });
        Assert.Equal(TranslationMethod.DirectMap, translator.Translate(new VirtAddr(0xc0001000)).Method);
        Assert.Equal(0, asked);
        AssertPages(translator, Vmalloc, 0x7654000);
        translator.Translate(new VirtAddr(0xfffff000));
        Assert.Equal(1, asked);
    }

    [Fact]
    public void SurvivesTablesThatLeadAnywhere()
    {
        var random = new Random(3);
        byte[] bytes = new byte[1 << 16];
        random.NextBytes(bytes);
        _memory.Write(Root, bytes);
        foreach (bool isExtended in new[] { true, false })
        {
            I386AddressTranslator translator = Open(isExtended);
            for (ulong address = 0xc0000000; address < 1UL << 32; address += 0x3ff000)
            {
                Assert.True(translator.Translate(new VirtAddr(address)).Physical.Value < 1UL << 52);
            }
        }
    }

    private static void AssertPages(I386AddressTranslator translator, ulong address, ulong physical)
    {
        Translation found = translator.Translate(new VirtAddr(address));
        Assert.Equal(ReadStatus.Ok, found.Status);
        Assert.Equal(physical, found.Physical.Value);
        Assert.Equal(TranslationMethod.PageTables, found.Method);
    }

    private I386AddressTranslator Open(bool? isExtended) => new(_memory, new I386PagingConfig { HasExtension = isExtended, Root = new PhysAddr(Root) });

    private void WritePlain(ulong address, ulong physical)
    {
        Fill(Root, 8192);
        Write32(Root + ((address >> 22) * 4), (uint)(Root + 4096) | Present);
        Write32(Root + 4096 + (((address >> 12) & 1023) * 4), (uint)physical | Present);
    }

    private void WriteExtended(ulong address, ulong physical, bool isLarge)
    {
        Fill(Root, 3 * 4096);
        _memory.WriteUInt64(Root + ((address >> 30) * 8), (Root + 4096) | 1);
        ulong directory = Root + 4096 + (((address >> 21) & 511) * 8);
        _memory.WriteUInt64(directory, isLarge ? physical | Large : (Root + 8192) | Present);
        _memory.WriteUInt64(Root + 8192 + (((address >> 12) & 511) * 8), physical | Present);
    }

    private void Fill(ulong at, int bytes) => _memory.Write(at, new byte[bytes]);

    private void Write32(ulong at, uint value) => _memory.Write(at, BitConverter.GetBytes(value));
}
