// ImageBounds: where the kernel image and its code are at run time.
using VaQuest.Binary;

namespace VaQuest.Kernel.Symbols;

/// <summary>The kernel image's extent and its text ranges (include/asm-generic/sections.h).</summary>
internal sealed record ImageBounds(VirtAddr Start, VirtAddr End, VirtAddr TextStart, VirtAddr TextEnd, VirtAddr InitStart, VirtAddr InitEnd)
{
    private static readonly (string First, string Last)[] s_data = [("_sdata", "_edata"), ("__start_rodata", "__end_rodata"), ("__bss_start", "__bss_stop")];

    private const ulong KernelMap = 0xffffffff80000000;

    private const ulong LargestImage = 1UL << 30;

    /// <summary>Where the kernel's half begins on 32-bit machines, usually; images there stay below 64 MiB.</summary>
    private const ulong KernelMap32 = 0xc0000000;

    private const ulong LargestImage32 = 64 << 20;

    public static ImageBounds Find(Func<string, VirtAddr?> symbol, int wordSize)
    {
        VirtAddr text = symbol("_stext") ?? symbol("_text") ?? new VirtAddr(wordSize == 8 ? KernelMap : KernelMap32);
        VirtAddr start = symbol("_text") ?? text;
        VirtAddr end = symbol("_end") ?? (wordSize == 8 ? new VirtAddr(KernelMap + LargestImage) : text + LargestImage32);
        VirtAddr textEnd = symbol("_etext") ?? end;
        var data = new List<(VirtAddr, VirtAddr)>();
        foreach ((string first, string last) in s_data)
        {
            if (symbol(first) is { } from && symbol(last) is { } to && from < to)
            {
                data.Add((from, to));
            }
        }

        return new ImageBounds(start < text ? start : text, end, text, textEnd, symbol("_sinittext") ?? default, symbol("_einittext") ?? default) { Data = data };
    }

    /// <summary>What the linker scripts bracket as data: each pair is start and end, absent where the kernel does not name both.</summary>
    private IReadOnlyList<(VirtAddr Start, VirtAddr End)> Data { get; init; } = [];

    public bool Contains(VirtAddr address) => address >= Start && address < End;

    public bool IsText(VirtAddr address) =>
        (address >= TextStart && address < TextEnd) || (address >= InitStart && address < InitEnd);

    /// <summary>
    /// The symbol with a letter that is true. The letters come from the flags of linked sections, and a linker may mark .data as executable
    /// (Debian's 7.2): then every variable has a letter of code.
    /// </summary>
    public KernelSymbol Correct(KernelSymbol symbol)
    {
        if (symbol.Module is not null || !symbol.IsText || IsText(symbol.Address))
        {
            return symbol;
        }

        foreach ((VirtAddr from, VirtAddr to) in Data)
        {
            if (symbol.Address >= from && symbol.Address < to)
            {
                return symbol with { Type = char.IsAsciiLetterUpper(symbol.Type) ? 'D' : 'd' };
            }
        }

        return symbol;
    }

    /// <summary>True when a symbol is of code and an address is not: _etext and _einittext, which end code, hold nothing.</summary>
    public bool IsEndOfText(KernelSymbol symbol, VirtAddr address) =>
        !IsText(address) && symbol.IsText
        && (IsText(symbol.Address) || (symbol.Address == TextEnd && TextEnd != End) || (symbol.Address == InitEnd && InitEnd.Value != 0));

    public bool IsInit(VirtAddr address) => address >= InitStart && address < InitEnd;
}
