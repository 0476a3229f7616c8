// KallsymsScannerTests: tables that nothing names are found by their shape.
using VaQuest.DebugInfo.Kallsyms;
using VaQuest.TestKit;
using VaQuest.TestKit.Tables;
using Xunit;

namespace VaQuest.DebugInfo.Tests.Kallsyms;

public sealed class KallsymsScannerTests
{
    private const ulong Text = 0xffffffff81000000;

    [Theory]
    [InlineData("percpu", 4)]
    [InlineData("base", 4)]
    [InlineData("absolute", 8)]
    [InlineData("percpu", 8)]
    public void FindsTheTablesOfAnOlderKernel(string encoding, int markerSize)
    {
        var memory = new FakeVirtualMemory();
        var builder = new KallsymsBuilder { Encoding = encoding, MarkerSize = markerSize };
        builder.Add('T', "_stext", Text);
        for (int i = 0; i < 1000; i++)
        {
            builder.Add('t', $"function_{i}", Text + 64 + ((ulong)i * 16));
        }

        KallsymsLocation truth = builder.Build(memory);

        KallsymsLocation found = new KallsymsScanner(Joined(memory, truth)).Find(Text, 64 << 20)!;

        Assert.Equal(truth with { TextStart = Text }, found);
    }

    [Fact]
    public void FindsNothingInZeroes() => Assert.Null(new KallsymsScanner(Zeroes).Find(Text, 4 << 20));

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void FindsTheTablesOfANewerKernel(bool offsetsBehindTokens, bool hasNameOrder)
    {
        var memory = new FakeVirtualMemory();
        var builder = new KallsymsBuilder { OffsetsBehindTokens = offsetsBehindTokens, HasNameOrder = hasNameOrder };
        builder.Add('T', "_stext", Text);
        for (int i = 0; i < 1001; i++)
        {
            builder.Add('t', $"function_{i}", Text + 64 + ((ulong)i * 16));
        }

        KallsymsLocation truth = builder.Build(memory);

        Assert.Equal(truth with { TextStart = Text }, new KallsymsScanner(Joined(memory, truth)).Find(Text, 64 << 20));
    }

    /// <summary>Truth: the ELF symbol table of the same kernel.</summary>
    [LabKernelTheory]
    [LabKernels]
    public void FindsTheTablesOfARealKernel(string kernel)
    {
        var memory = new VmlinuxMemory(Lab.KernelFile(kernel, "vmlinux")!);
        ulong start = memory.AddressOf("_stext");

        KallsymsLocation found = new KallsymsScanner(memory.Read).Find(start, (int)(memory.AddressOf("__init_begin") - start))!;

        Assert.Equal(memory.AddressOf("kallsyms_names"), found.Names);
        Assert.Equal(memory.AddressOf("kallsyms_num_syms"), found.SymbolCount);
        Assert.Equal(memory.AddressOf("kallsyms_token_table"), found.TokenTable);
        Assert.Equal(memory.AddressOf("kallsyms_offsets"), found.Offsets);
        Assert.Equal(memory.AddressOf("kallsyms_relative_base"), found.RelativeBase);
    }

    private static bool Zeroes(ulong address, Span<byte> destination)
    {
        destination.Clear();
        return true;
    }

    /// <summary>The builder's memory holds only its arrays; a kernel's goes on around them.</summary>
    private static MemoryReader Joined(FakeVirtualMemory memory, KallsymsLocation location)
    {
        var flat = new byte[256 * 1024];
        for (ulong at = 0; at < (ulong)flat.Length; at++)
        {
            memory.Read(KallsymsBuilder.Start + at, flat.AsSpan((int)at, 1));
        }

        Assert.NotEqual(0ul, location.Names);
        return (address, destination) =>
        {
            destination.Clear();
            for (int i = 0; i < destination.Length; i++)
            {
                ulong offset = unchecked(address + (ulong)i - KallsymsBuilder.Start);
                destination[i] = offset < (ulong)flat.Length ? flat[offset] : (byte)0;
            }

            return true;
        };
    }
}
