// ImageBounds: where the kernel image and its code are at run time.
using VaQuest.Binary;

namespace VaQuest.Kernel.Symbols;

/// <summary>The kernel image's extent and its text ranges (include/asm-generic/sections.h).</summary>
internal sealed record ImageBounds(VirtAddr Start, VirtAddr End, VirtAddr TextStart, VirtAddr TextEnd, VirtAddr InitStart, VirtAddr InitEnd)
{
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
        return new ImageBounds(start < text ? start : text, end, text, textEnd, symbol("_sinittext") ?? default, symbol("_einittext") ?? default);
    }

    public bool Contains(VirtAddr address) => address >= Start && address < End;

    public bool IsText(VirtAddr address) =>
        (address >= TextStart && address < TextEnd) || (address >= InitStart && address < InitEnd);

    public bool IsInit(VirtAddr address) => address >= InitStart && address < InitEnd;
}
