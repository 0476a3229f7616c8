// SystemMapSymbolsTests: System.map files, good and bad.
using VaQuest.Kernel.Symbols;
using Xunit;

namespace VaQuest.Kernel.Tests.Symbols;

public sealed class SystemMapSymbolsTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void FindsSymbolsByNameAndAddress()
    {
        SystemMapSymbols map = Open("c1000000 T _text\nc1000000 T _stext\nc1000100 t inner\nc1000200 T outer\n")!;
        Assert.Equal(4, map.Count);
        Assert.Equal(0xc1000100UL, map.FindAddress("inner"));
        Assert.Null(map.FindAddress("nothing"));
        KernelSymbol found = map.FindAt(0xc10001ff)!;
        Assert.Equal(("inner", 0x100UL, 't'), (found.Name, found.Size, found.Type));
        Assert.Null(map.FindAt(0xc0ffffff));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a map at all, but text of some length\n")]
    [InlineData("ffffffffffffffff B The real System.map is in the debug package\n")]
    [InlineData("c1000000 T something_without_stext\n")]
    public void KnowsWhatIsNoSystemMap(string text) => Assert.Null(Open(text));

    [Fact]
    public void KnowsThatAKernelImageIsNoSystemMap() => Assert.Null(SystemMapSymbols.TryOpen(TestKit.Lab.Sample()!.Vmlinux!));

    private SystemMapSymbols? Open(string text)
    {
        File.WriteAllText(_path, text);
        return SystemMapSymbols.TryOpen(_path);
    }
}
