// ImageBoundsTests: which symbols of the kernel image are of code.
using VaQuest.Binary;
using VaQuest.Kernel.Symbols;
using Xunit;

namespace VaQuest.Kernel.Tests.Symbols;

public sealed class ImageBoundsTests
{
    private static readonly Dictionary<string, ulong> s_symbols = new()
    {
        ["_text"] = 0x1000, ["_stext"] = 0x1000, ["_etext"] = 0x2000, ["__start_rodata"] = 0x3000, ["__end_rodata"] = 0x4000, ["_sdata"] = 0x5000,
        ["_edata"] = 0x6000, ["_sinittext"] = 0x7000, ["_einittext"] = 0x8000, ["__bss_start"] = 0x9000, ["__bss_stop"] = 0xa000, ["_end"] = 0xb000,
    };

    private static readonly ImageBounds s_bounds = Find(s_symbols);

    /// <summary>Debian's 7.2 has .data linked as executable: kallsyms gives its variables the letters of code.</summary>
    [Theory]
    [InlineData(0x5100, 'T', 'D')]
    [InlineData(0x5100, 't', 'd')]
    [InlineData(0x3100, 'T', 'D')]
    [InlineData(0x9100, 't', 'd')]
    [InlineData(0x1100, 'T', 'T')]
    [InlineData(0x7100, 't', 't')]
    [InlineData(0x8800, 't', 't')]
    [InlineData(0x5100, 'B', 'B')]
    public void CorrectsLettersOfDataThatWasLinkedAsCode(ulong address, char letter, char corrected) =>
        Assert.Equal(corrected, s_bounds.Correct(Symbol(address, letter)).Type);

    [Fact]
    public void LeavesModulesAndKernelsWithoutBounds()
    {
        Assert.Equal('T', s_bounds.Correct(Symbol(0x5100, 'T') with { Module = "lab" }).Type);
        ImageBounds bare = Find(new Dictionary<string, ulong> { ["_stext"] = 0x1000, ["_etext"] = 0x2000 });
        Assert.Equal('T', bare.Correct(Symbol(0x5100, 'T')).Type);
    }

    /// <summary>Without CONFIG_KALLSYMS_ALL the last symbols below data are functions, or the marks behind them.</summary>
    [Theory]
    [InlineData(0x1f00, 0x5100, true)]
    [InlineData(0x2000, 0x5100, true)]
    [InlineData(0x8000, 0x9100, true)]
    [InlineData(0x1f00, 0x1f10, false)]
    [InlineData(0x8800, 0x8810, false)]
    public void KnowsThatCodeHoldsNoData(ulong symbol, ulong address, bool isEnd) =>
        Assert.Equal(isEnd, s_bounds.IsEndOfText(Symbol(symbol, 't'), new VirtAddr(address)));

    private static ImageBounds Find(Dictionary<string, ulong> symbols) =>
        ImageBounds.Find(name => symbols.TryGetValue(name, out ulong at) ? new VirtAddr(at) : null, 8);

    private static KernelSymbol Symbol(ulong address, char letter) => new("it", new VirtAddr(address), 16, letter, null);
}
