// ModuleTextCheck: compares code of a module in the dump with the module's own file.
using System.Buffers.Binary;
using VaQuest.Binary;
using VaQuest.Binary.Elf;

namespace VaQuest.Kernel.Health;

/// <summary>
/// As <see cref="TextCheck"/>, for x86-64 modules: their file is relocatable, so what a relocation fills in does not count, and the tables of
/// patches are known by the relocations of their entries.
/// </summary>
public static class ModuleTextCheck
{
    /// <summary>Bytes of the largest function that is compared.</summary>
    private const ulong MaxFunction = 64 << 10;

    /// <summary>Relocations of one section: large drivers have a few hundred thousand.</summary>
    private const long MaxRelocations = 2_000_000;

    private const int RelocationBytes = 24;

    /// <summary>An instruction with alternatives may be replaced as a whole, and those of a module are short.</summary>
    private const int LongestPatch = 16;

    /// <summary>Sections whose entries point to code that the kernel patches, and how many bytes.</summary>
    private static readonly (string Section, int Bytes)[] s_tables =
    [
        (".altinstructions", LongestPatch), (".parainstructions", LongestPatch), (".retpoline_sites", 8), (".return_sites", 5), (".call_sites", 5), (".smp_locks", 1), (".ibt_endbr_seal", 4),
        (".its_sites", 8), (".cfi_sites", LongestPatch), ("__mcount_loc", 9), ("__patchable_function_entries", 9), ("__jump_table", 5), (".static_call_sites", 6),
    ];

    /// <summary>The differences of the function at an address; empty when there are none or it cannot be compared.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="image">The module's file, of the build that was loaded, with its code.</param>
    /// <param name="address">An address in the function.</param>
    public static IReadOnlyList<TextDifference> Compare(LinuxKernel kernel, ElfImage image, VirtAddr address)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(image);
        if (kernel.Symbols.FindAt(address)?.Symbol is not { Module: not null, Size: > 0 and <= MaxFunction } function
            || kernel.Stacks.FindSourceAddress(function.Address) is not { Section: { } name } place || image.FindSection(name) is not { HasBytes: true, IsExecutable: true, IsCompressed: false } section
            || place.Address > section.Size || section.Size - place.Address < function.Size)
        {
            return [];
        }

        byte[] expected = image.GetData(section).Span((long)place.Address, (int)function.Size).ToArray();
        byte[] found = new byte[function.Size];
        if (!kernel.Memory.Read(function.Address, found).IsOk || expected.AsSpan().SequenceEqual(found))
        {
            return [];
        }

        bool[] differs = TextCheck.Unexplained(expected, found, 0);
        ClearRelocated(image, section, place.Address, differs);
        ClearPatched(image, section, place.Address, differs);
        return [.. TextCheck.Runs(expected, found, differs).Select(run => run with { Address = function.Address + run.Address.Value })];
    }

    // Bytes that the loader fills in.
    private static void ClearRelocated(ElfImage image, ElfSection section, ulong start, bool[] differs)
    {
        ReadOnlySpan<byte> table = Relocations(image, section.Name);
        for (int i = 0; i + RelocationBytes <= table.Length; i += RelocationBytes)
        {
            uint type = BinaryPrimitives.ReadUInt32LittleEndian(table[(i + 8)..]);

            // R_X86_64_64 and R_X86_64_PC64 are eight bytes wide, all others of modules four.
            Clear(differs, unchecked(BinaryPrimitives.ReadUInt64LittleEndian(table[i..]) - start), type is 1 or 24 ? 8 : 4);
        }
    }

    // Entries of a table point to their code by a relocation against the section or one of its symbols.
    private static void ClearPatched(ElfImage image, ElfSection section, ulong start, bool[] differs)
    {
        foreach ((string name, int bytes) in s_tables)
        {
            ReadOnlySpan<byte> table = Relocations(image, name);
            for (int i = 0; i + RelocationBytes <= table.Length; i += RelocationBytes)
            {
                uint symbol = BinaryPrimitives.ReadUInt32LittleEndian(table[(i + 12)..]);
                if (symbol < image.Symbols.Count && image.Symbols[(int)symbol] is var target && target.SectionIndex == section.Index)
                {
                    Clear(differs, unchecked(target.Value + BinaryPrimitives.ReadUInt64LittleEndian(table[(i + 16)..]) - start), bytes);
                }
            }
        }
    }

    private static void Clear(bool[] differs, ulong at, int bytes)
    {
        for (int i = 0; i < bytes; i++)
        {
            ulong place = unchecked(at + (ulong)i);
            if (place < (ulong)differs.Length)
            {
                differs[place] = false;
            }
        }
    }

    private static ReadOnlySpan<byte> Relocations(ElfImage image, string name) =>
        image.FindSection(".rela" + name) is { HasBytes: true } section && image.GetData(section) is var data && data.Length <= MaxRelocations * RelocationBytes ? data.SpanFrom(0) : default;
}
