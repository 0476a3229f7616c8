// ElfSymbolTableTests: symbols by index, name and address.
using VaQuest.Binary.Elf;
using VaQuest.TestKit.Elf;
using Xunit;

namespace VaQuest.Binary.Tests.Elf;

public sealed class ElfSymbolTableTests
{
    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public void FindsSymbolsByNameAndAddress(bool is64, bool bigEndian)
    {
        var writer = new ElfWriter(is64, bigEndian);
        writer.AddSection(".text", new byte[64]);
        writer.AddSymbol("local_name", 0x1000, 0x10, binding: 0);
        writer.AddSymbol("_text", 0x1000, 0, type: 0);
        writer.AddSymbol("panic", 0x1020, 0x10);
        writer.AddSymbol("missing", 0x1028, 0, section: 0);
        writer.AddSymbol("marker", 0x2000, 0, type: 0);
        ElfSymbolTable symbols = ElfImage.Parse(new ByteRegion(writer.Build()), "test").Symbols;

        Assert.Equal(6, symbols.Count);
        Assert.Equal(0x1020UL, symbols.FindByName("panic")!.Value.Value);
        Assert.Null(symbols.FindByName("missing"));
        Assert.Equal("panic", NameAt(symbols, 0x102f));
        Assert.Null(NameAt(symbols, 0x1030));
        Assert.Equal("local_name", NameAt(symbols, 0x1000));
        Assert.Equal("marker", NameAt(symbols, 0x5000));
        Assert.Null(NameAt(symbols, 0xfff));
    }

    [Fact]
    public void FindsSymbolsOfOneSectionOnly()
    {
        var writer = new ElfWriter { Type = 1 };
        writer.AddSection(".text", new byte[64]);
        writer.AddSection(".init.text", new byte[64]);
        writer.AddSymbol("run", 0, 0x20, section: 1);
        writer.AddSymbol("init_module", 0, 0x20, section: 2);
        ElfSymbolTable symbols = ElfImage.Parse(new ByteRegion(writer.Build()), "test").Symbols;

        Assert.Equal("run", symbols.NameOf(symbols.FindByAddress(4, 1)!.Value));
        Assert.Equal("init_module", symbols.NameOf(symbols.FindByAddress(4, 2)!.Value));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void FindsNamesThatAreStoredAsTheEndOfOthers(bool is64, bool bigEndian)
    {
        var writer = new ElfWriter(is64, bigEndian);
        writer.AddSection(".text", new byte[64]);
        writer.AddSymbol("nmi_panic", 0x1010, 0x10);
        writer.AddSymbol("panic", 0x1020, 0x10, binding: 0);
        writer.AddSymbol("panic", 0x1030, 0x10, binding: 0);
        writer.AddSymbol("panic", 0x1040, 0x10);
        writer.AddSymbol("c", 0x1050, 0x10, section: 0);
        writer.AddSymbol("c", 0x1060, 0x10, binding: 0);
        ElfSymbolTable symbols = ElfImage.Parse(new ByteRegion(writer.Build()), "test").Symbols;

        Assert.Equal(0x1040UL, symbols.FindByName("panic")!.Value.Value);
        Assert.Equal(0x1010UL, symbols.FindByName("nmi_panic")!.Value.Value);
        Assert.Equal(0x1060UL, symbols.FindByName("c")!.Value.Value);
        Assert.All(["", "anic", "pani", "nmi", "panic\0", "i_panic"], name => Assert.Null(symbols.FindByName(name)));
    }

    [Fact]
    public void IsEmptyWithoutSymbolSections()
    {
        ElfSymbolTable symbols = ElfImage.Parse(new ByteRegion(new ElfWriter().Build()), "test").Symbols;

        Assert.Equal(0, symbols.Count);
        Assert.Null(symbols.FindByAddress(0x1000));
    }

    private static string? NameAt(ElfSymbolTable symbols, ulong address) =>
        symbols.FindByAddress(address) is { } symbol ? symbols.NameOf(symbol) : null;
}
