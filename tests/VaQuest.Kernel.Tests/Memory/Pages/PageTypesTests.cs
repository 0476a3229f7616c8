// PageTypesTests: the three ways in which kernels have written a page's type.
using System.Text;
using VaQuest.Binary;
using VaQuest.DebugInfo.Btf;
using VaQuest.Dumps.Vmcoreinfo;
using VaQuest.Kernel.Memory.Pages;
using VaQuest.Kernel.Objects;
using VaQuest.TestKit.Tables;
using Xunit;

namespace VaQuest.Kernel.Tests.Memory.Pages;

public sealed class PageTypesTests
{
    // VMCOREINFO of 6.1 and of 5.10: bits below the sign that are cleared (include/linux/page-flags.h of 6.1, PG_buddy 0x80).
    private const string Inverted = "NUMBER(PAGE_BUDDY_MAPCOUNT_VALUE)=-129\nNUMBER(PAGE_OFFLINE_MAPCOUNT_VALUE)=-257\n";

    [Theory]
    [InlineData(0xffffff7f, "buddy")]
    [InlineData(0xfffffeff, "offline")]
    [InlineData(0xfffffdff, "table")]
    [InlineData(0xfffffbff, "guard")]
    [InlineData(0xffffffff, null)]
    [InlineData(0, null)]
    [InlineData(17, null)]
    public void DecodesInvertedBits(uint word, string? name) => Assert.Equal(name, Read(Inverted, memberOfPage: "memcg_data").Find(word));

    [Theory]
    [InlineData(0xfffffdff, "kmemcg")]
    [InlineData(0xfffffbff, "table")]
    [InlineData(0xfffff7ff, "guard")]
    public void DecodesTheBitsOfBefore511(uint word, string name) => Assert.Equal(name, Read(Inverted, memberOfPage: "mem_cgroup").Find(word));

    [Fact]
    public void SaysNothingOfBitsThatItCannotTell() => Assert.Null(Read(Inverted, memberOfPage: "lru").Find(0xfffffdff));

    [Theory]
    [InlineData(0xf0000000, "buddy")]
    [InlineData(0xf5001234, "slab")]
    [InlineData(0xffffffff, null)]
    [InlineData(2, null)]
    public void DecodesBytes(uint word, string? name)
    {
        PageTypes types = Read("", "page_type", ("PGTY_buddy", 0xf0), ("PGTY_slab", 0xf5), ("PGTY_mapcount_underflow", 0xff));
        Assert.True(types.AreBytes);
        Assert.True(types.KnowsSlabs);
        Assert.Equal(name, types.Find(word));
    }

    [Theory]
    [InlineData(0xbfffffff, "buddy")]
    [InlineData(0xfdffffff, "slab")]
    [InlineData(0xffffffff, null)]
    [InlineData(3, null)]
    public void DecodesTheUpperBitsOf611(uint word, string? name)
    {
        PageTypes types = Read("", "page_type", ("PG_buddy", 0x40000000), ("PG_slab", 0x02000000));
        Assert.Equal(name, types.Find(word));
    }

    [Theory]
    [InlineData(0xf5000000, "slab")]
    [InlineData(0xf0000000, "buddy")]
    public void TakesBytesFromVmcoreinfo(uint word, string name) => Assert.Equal(
        name, Read("NUMBER(PAGE_SLAB_MAPCOUNT_VALUE)=-184549376\nNUMBER(PAGE_BUDDY_MAPCOUNT_VALUE)=-268435456\n", "page_type").Find(word));

    private static PageTypes Read(string vmcoreinfo, string memberOfPage, params (string Name, int Value)[] enumerators)
    {
        var btf = new BtfBuilder();
        int word = btf.AddInt("unsigned int", 4);
        btf.AddStruct("page", 64, false, (memberOfPage, word, 0, 0), ("page_type", word, 384, 0));
        if (enumerators.Length > 0)
        {
            btf.AddEnum("pagetype", false, enumerators);
        }

        BtfCatalog catalog = BtfCatalog.Open(new ByteRegion(btf.Build()), "test");
        return PageTypes.Read(new KernelTypes(VmcoreinfoTable.Empty, () => catalog), VmcoreinfoTable.Parse(Encoding.ASCII.GetBytes(vmcoreinfo)));
    }
}
