// ModuleSymbolReader: a module's own symbols, as the running kernel kept them.
using System.Text;
using VaQuest.Binary;
using VaQuest.Kernel.Memory;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Symbols;

namespace VaQuest.Kernel.Modules;

/// <summary>
/// Reads struct mod_kallsyms (kernel/module/kallsyms.c): ELF symbols with run-time values, their names, and their type letters (typetab, 5.2 and
/// later; st_info before).
/// </summary>
internal static class ModuleSymbolReader
{
    private const int SymbolBytes = 24;
    private const int MaxSymbols = 1 << 20;
    private const int MaxNameBytes = 512;
    private const int MaxStringBytes = 64 << 20;

    public static SymbolIndex Read(KernelObjects objects, KernelModule module)
    {
        if (FindTables(objects, module.Address) is not { } tables)
        {
            return new SymbolIndex([]);
        }

        int count = (int)Math.Min(tables.Count, MaxSymbols);
        byte[] symbols = ReadWhat(objects.Reader, tables.Symbols, count * SymbolBytes);
        count = symbols.Length / SymbolBytes;
        byte[] types = tables.Types is { } typeTable ? ReadWhat(objects.Reader, typeTable, count) : [];
        byte[] names = ReadNames(objects.Reader, symbols, count, tables.Strings);
        var found = new List<KernelSymbol>(count);
        for (int i = 1; i < count; i++)
        {
            var reader = new SpanReader(symbols.AsSpan(i * SymbolBytes, SymbolBytes), objects.Reader.IsBigEndian);
            uint nameOffset = reader.ReadUInt32();
            byte info = reader.ReadByte();
            reader.Skip(1);
            ushort section = reader.ReadUInt16();
            ulong value = reader.ReadUInt64();
            ulong size = reader.ReadUInt64();
            if (section != 0 && NameAt(names, nameOffset) is { Length: > 0 } name && !IsMappingSymbol(name))
            {
                char type = i < types.Length ? (char)types[i] : (char)info;
                found.Add(new KernelSymbol(name, new VirtAddr(value), size, type is >= '!' and <= '~' ? type : '?', module.Name));
            }
        }

        return new SymbolIndex(found);
    }

    private static (VirtAddr Symbols, ulong Count, VirtAddr Strings, VirtAddr? Types)? FindTables(KernelObjects objects, VirtAddr module)
    {
        if (objects.FindPointer(module, "module", "kallsyms") is { } tables)
        {
            return objects.FindPointer(tables, "mod_kallsyms", "symtab") is { } symbols
                && objects.FindPointer(tables, "mod_kallsyms", "strtab") is { } strings
                ? (symbols, objects.FindUInt(tables, "mod_kallsyms", "num_symtab") ?? 0, strings, objects.FindPointer(tables, "mod_kallsyms", "typetab"))
                : null;
        }

        // Before 4.5 the tables were members of struct module itself.
        return objects.FindPointer(module, "module", "symtab") is { } oldSymbols && objects.FindPointer(module, "module", "strtab") is { } oldStrings
            ? (oldSymbols, objects.FindUInt(module, "module", "num_symtab") ?? 0, oldStrings, null)
            : null;
    }

    /// <summary>As many bytes as can be read from the start.</summary>
    private static byte[] ReadWhat(KernelReader reader, VirtAddr address, int length)
    {
        byte[] bytes = new byte[length];
        int got = reader.Read(address, bytes).BytesRead;
        return got == length ? bytes : bytes[..got];
    }

    /// <summary>The string table's size is not recorded: it ends soon behind the last name that a symbol uses.</summary>
    private static byte[] ReadNames(KernelReader reader, byte[] symbols, int count, VirtAddr strings)
    {
        uint last = 0;
        for (int i = 0; i < count; i++)
        {
            uint offset = (uint)reader.DecodeUInt(symbols.AsSpan(i * SymbolBytes, 4));
            last = offset < MaxStringBytes ? Math.Max(last, offset) : last;
        }

        return ReadWhat(reader, strings, (int)last + MaxNameBytes);
    }

    private static string? NameAt(byte[] names, uint offset)
    {
        if (offset >= names.Length)
        {
            return null;
        }

        ReadOnlySpan<byte> rest = names.AsSpan((int)offset);
        int end = rest[..Math.Min(rest.Length, MaxNameBytes)].IndexOf((byte)0);
        return end < 0 ? null : Encoding.UTF8.GetString(rest[..end]);
    }

    /// <summary>Labels that the assembler leaves behind, which the kernel skips too (is_mapping_symbol).</summary>
    private static bool IsMappingSymbol(string name) =>
        name.StartsWith(".L", StringComparison.Ordinal) || name.StartsWith("L0\u0001", StringComparison.Ordinal) || name[0] == '$';
}
