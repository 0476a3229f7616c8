// SymbolValues: variables and functions of the kernel and its modules, with their types.
using VaQuest.DebugInfo.Dwarf.Variables;
using VaQuest.DebugInfo.Types;
using VaQuest.Diagnosis.Images;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Kernel.Symbols;
using VaQuest.Kernel.Values;

namespace VaQuest.Diagnosis.Values.Expressions;

/// <summary>
/// Finds a symbol by name and its type in debug information or BTF. A name that means several symbols is refused, with their addresses.
/// Safe for concurrent use.
/// </summary>
internal sealed class SymbolValues(OpenedDump opened, TypeLibrary types, KernelValues values, FramePlaces places)
{
    /// <summary>Static symbols of one name that an error lists.</summary>
    private const int MaxListed = 6;

    /// <summary>The variable or function of a name; null when there is no such symbol. Throws <see cref="ExpressionException"/>.</summary>
    public TypedValue? Find(string name, int position)
    {
        List<KernelSymbol> symbols = [.. opened.Kernel.Symbols.FindByName(name).DistinctBy(symbol => symbol.Address.Value)];
        if (symbols.Count == 0 && opened.Kernel.Symbols.FindAddress(name) is { } address)
        {
            symbols.Add(new KernelSymbol(name, address, 0, '?', null));
        }

        if (symbols.Count > 1)
        {
            string list = string.Join(", ", symbols.Take(MaxListed).Select(symbol => symbol.Address + (symbol.Module is { } module ? $" [{module}]" : "")));
            throw new ExpressionException($"{symbols.Count} symbols are named {name}: at {list}; cast the address of the one that you mean", position);
        }

        return symbols.Count == 0 ? null : ValueOf(symbols[0]);
    }

    /// <summary>The type of a variable, or null when nothing tells it.</summary>
    public CType? TypeOf(KernelSymbol symbol) => FindVariableType(symbol) ?? types.FindSymbolType(symbol.Name);

    private TypedValue ValueOf(KernelSymbol symbol)
    {
        CType? type = symbol.IsText ? types.FindSymbolType(symbol.Name) : FindVariableType(symbol) ?? types.FindSymbolType(symbol.Name);
        if (symbol.IsText && type is not FunctionType)
        {
            type = new FunctionType(FixedType.To(VoidType.Instance), [], false);
        }

        return new TypedValue(type ?? VoidType.Instance, IsPerCpu(symbol) ? new PerCpuSource(symbol.Address) : new MemorySource(values.Reader, symbol.Address));
    }

    private CType? FindVariableType(KernelSymbol symbol)
    {
        if (places.FindImage(symbol.Module) is not { Dwarf: { } dwarf, Types: { } image } file)
        {
            return null;
        }

        if (symbol.Module is null)
        {
            ulong link = IsPerCpu(symbol) && symbol.Address.Value < PerCpuEnd ? symbol.Address.Value : unchecked(symbol.Address.Value - opened.Kernel.KaslrOffset);
            return GlobalVariables.FindAt(dwarf, link) is { Type: { } type } ? image.Resolve(type) : null;
        }

        return FindInModule(symbol, file);
    }

    private CType? FindInModule(KernelSymbol symbol, DebugImage file)
    {
        foreach (DwarfVariable variable in GlobalVariables.FindByName(file.Dwarf!, file.Types!, symbol.Name))
        {
            bool isIt = variable.SourceAt(0).Expression is { Length: 9 } code && code[0] == 0x03
                && places.Relocate(places.FindModule(symbol.Module!), file.Dwarf!, System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(code.AsSpan(1))) == symbol.Address;
            if (isIt && variable.Type is { } type)
            {
                return file.Types!.Resolve(type);
            }
        }

        return null;
    }

    private ulong PerCpuStart => opened.Kernel.Symbols.FindAddress("__per_cpu_start")?.Value ?? 0;

    private ulong PerCpuEnd => opened.Kernel.Symbols.FindAddress("__per_cpu_end")?.Value ?? 0;

    private bool IsPerCpu(KernelSymbol symbol)
    {
        if (symbol.Module is null)
        {
            return symbol.Address.Value >= PerCpuStart && symbol.Address.Value < PerCpuEnd;
        }

        // A module's per-CPU variables are at offsets from the module's own part of the per-CPU area.
        return places.FindModule(symbol.Module) is { } module && places.FindPerCpu(module) is { } start
            && opened.Kernel.Objects.FindUInt(module.Address, "module", "percpu_size") is { } size && symbol.Address - start < size;
    }
}
