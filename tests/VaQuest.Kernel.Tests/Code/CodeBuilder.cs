// CodeBuilder: functions of hand-made instruction bytes in fake memory.
using VaQuest.Binary;
using VaQuest.Kernel.Arch.X86_64;
using VaQuest.Kernel.Code;
using VaQuest.Kernel.Symbols;

namespace VaQuest.Kernel.Tests.Code;

/// <summary>Encodings of the Intel SDM, volume 2; each function is its own symbol.</summary>
internal sealed class CodeBuilder
{
    private readonly List<KernelSymbol> _symbols = [];

    public FakeKernelMemory Memory { get; } = new();

    public CodeBuilder Add(string name, ulong start, string hex)
    {
        byte[] bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        Memory.Write(start, bytes);
        _symbols.Add(new KernelSymbol(name, new VirtAddr(start), (ulong)bytes.Length, 't', null));
        return this;
    }

    public ValueFlow Flow(ulong address)
    {
        var reader = new FunctionCodeReader(X86Decoder.Instance, Memory.Reader, FindAt, name => [.. _symbols.Where(symbol => symbol.Name == name)]);
        return new ValueFlow(reader.Read(new VirtAddr(address))!, X86Decoder.Instance, at => FindAt(at) is { Offset: 0 } hit ? hit.Symbol.Name : null);
    }

    private SymbolHit? FindAt(VirtAddr address) =>
        _symbols.FirstOrDefault(symbol => address - symbol.Address < symbol.Size) is { } found ? new SymbolHit(found, address - found.Address) : null;
}
