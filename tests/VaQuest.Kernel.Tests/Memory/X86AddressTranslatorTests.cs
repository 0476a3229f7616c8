// X86AddressTranslatorTests: x86_64 translation over tables made by hand.
using VaQuest.Binary;
using VaQuest.Kernel.Arch.X86_64;
using VaQuest.Kernel.Memory;
using Xunit;

namespace VaQuest.Kernel.Tests.Memory;

public sealed class X86AddressTranslatorTests
{
    private const ulong KernelMap = 0xffffffff80000000;
    private const ulong RootTable = 0x1000000;
    private const ulong Vmalloc = 0xffffc90000001000;

    private readonly FakePhysicalMemory _memory = new();

    [Theory]
    [InlineData(4, Vmalloc)]
    [InlineData(5, 0xff7319820054b000)]
    public void TranslatesThroughFourAndFiveLevels(int levels, ulong address)
    {
        PageTableBuilder tables = NewTables(levels);
        tables.Map(address, 0x7654000);

        Translation found = Open(levels).Translate(new VirtAddr(address + 0x123));

        Assert.Equal(ReadStatus.Ok, found.Status);
        Assert.Equal(0x7654123UL, found.Physical.Value);
        Assert.Equal(TranslationMethod.PageTables, found.Method);
    }

    [Theory]
    [InlineData(2, 0x40000000UL, 0x1fffffUL)]
    [InlineData(3, 0x80000000UL, 0x3fffffffUL)]
    public void TranslatesLargePagesWithoutTheirPatBit(int leafLevel, ulong physical, ulong offset)
    {
        const ulong Address = 0xffff888000000000;
        const ulong PatBit = 1 << 12;
        NewTables(4).Map(Address, physical, leafLevel, PatBit);

        Translation found = Open(4).Translate(new VirtAddr(Address + offset));

        Assert.Equal(physical + offset, found.Physical.Value);
        Assert.Equal(1UL, found.PageBytes);
    }

    [Fact]
    public void MasksMemoryEncryptionBits()
    {
        const ulong CBit = 1UL << 51;
        NewTables(4, CBit).Map(Vmalloc, 0x5000);

        Assert.Equal(0x5010UL, Open(4, encryption: CBit).Translate(new VirtAddr(Vmalloc + 0x10)).Physical.Value);
        Assert.NotEqual(ReadStatus.Ok, Open(4).Translate(new VirtAddr(Vmalloc)).Status);
    }

    [Theory]
    [InlineData(-645922816L, 0xffffffffab800000UL, 0x5000000UL)]
    [InlineData(0L, KernelMap + 0x1000, 0x1000UL)]
    [InlineData(0x4000000L, KernelMap + 0x1000000, 0x5000000UL)]
    public void TranslatesTheKernelImageBySignedPhysBase(long physBase, ulong address, ulong physical)
    {
        Translation found = Open(4, physBase).Translate(new VirtAddr(address));

        Assert.Equal(physical, found.Physical.Value);
        Assert.Equal(TranslationMethod.KernelImage, found.Method);
    }

    [Fact]
    public void RejectsImageAddressesBelowPhysicalZero() =>
        Assert.Equal(ReadStatus.Unmapped, Open(4, -0x1000000).Translate(new VirtAddr(KernelMap + 0x1000)).Status);

    [Fact]
    public void ReportsUnmappedAndNonCanonicalAddresses()
    {
        NewTables(4).Map(Vmalloc, 0x5000);
        X86AddressTranslator translator = Open(4);

        Assert.Equal(ReadStatus.Unmapped, translator.Translate(new VirtAddr(Vmalloc + 0x1000)).Status);
        Assert.Equal(ReadStatus.Unmapped, translator.Translate(new VirtAddr(0x1234_0000_0000_0000)).Status);
        Assert.Equal(ReadStatus.Unmapped, translator.Translate(new VirtAddr(0xff7319820054b000)).Status);
    }

    [Fact]
    public void TellsWhyATablePageIsMissing()
    {
        NewTables(4).Map(Vmalloc, 0x5000);
        _memory.Lose(RootTable + 0x1000, ReadStatus.Excluded);

        Assert.Equal(ReadStatus.Excluded, Open(4).Translate(new VirtAddr(Vmalloc)).Status);
    }

    [Fact]
    public void FallsBackToTheDirectMapOnlyWhereTablesAreMissing()
    {
        const ulong Base = 0xff3eb6e200000000;
        NewTables(5).Map(Base + 0x3000, 0x9000);
        X86AddressTranslator translator = Open(5);
        translator.SetDirectMap(() => new LinearRange(new VirtAddr(Base), 1 << 30));

        Assert.Equal(0x9000UL, translator.Translate(new VirtAddr(Base + 0x3000)).Physical.Value);
        Assert.Equal(ReadStatus.Unmapped, translator.Translate(new VirtAddr(Base + 0x4000)).Status);
        _memory.Lose(RootTable + 0x1000, ReadStatus.Truncated);
        Translation fallback = translator.Translate(new VirtAddr(Base + 0x4008));
        Assert.Equal(0x4008UL, fallback.Physical.Value);
        Assert.Equal(TranslationMethod.DirectMap, fallback.Method);
        Assert.Equal(ReadStatus.Truncated, translator.Translate(new VirtAddr(Base + (1UL << 30))).Status);
    }

    [Fact]
    public void EndsOnTablesThatPointAtThemselves()
    {
        PageTableBuilder tables = NewTables(4);
        tables.SetRootEntry(Vmalloc, RootTable | 0x63);
        tables.SetRootEntry(0xffff888000000000, 0x000f_ffff_ffff_f063);

        Assert.NotEqual(ReadStatus.Corrupt, Open(4).Translate(new VirtAddr(Vmalloc)).Status);
        Assert.Equal(ReadStatus.NotInDump, Open(4).Translate(new VirtAddr(0xffff888000000000)).Status);
    }

    private PageTableBuilder NewTables(int levels, ulong flags = 0)
    {
        _memory.Write(RootTable, new byte[4096]);
        return new PageTableBuilder(_memory, RootTable, levels, flags);
    }

    private X86AddressTranslator Open(int levels, long physBase = 0, ulong encryption = 0) => new(_memory, new X86PagingConfig
    {
        PhysBase = physBase,
        TopTable = new VirtAddr(unchecked(KernelMap + RootTable - (ulong)physBase)),
        HasFiveLevels = levels == 5,
        EncryptionMask = encryption,
        KernelImageBytes = 1UL << 30,
    });
}
