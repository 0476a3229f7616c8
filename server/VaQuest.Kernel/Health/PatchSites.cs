// PatchSites: where the kernel patches its own code.
using System.Buffers.Binary;
using VaQuest.Binary;
using VaQuest.Binary.Elf;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Health;

/// <summary>
/// The tables by which x86 kernels change their text while booting and running: alternatives, paravirt calls, lock prefixes, retpolines,
/// returns, calls, endbr, jump labels, static calls, function entries, run-time constants. Addresses are link-time.
/// </summary>
internal sealed class PatchSites
{
    /// <summary>The largest table, of function entries or returns, is below 1 MiB; ten times that is damage.</summary>
    private const long MaxTable = 16 << 20;

    private const int CallBytes = 5;

    /// <summary>A retpoline call becomes up to this many bytes: a prefix, lfence, and an indirect call.</summary>
    private const int RetpolineBytes = 8;

    /// <summary>A function entry is a call, perhaps behind endbr64.</summary>
    private const int EntryBytes = 9;

    /// <summary>Tables of 32-bit distances from the entry to the code: section, bytes patched.</summary>
    private static readonly (string Section, int Bytes)[] s_relative =
    [
        (".smp_locks", 1), (".retpoline_sites", RetpolineBytes), (".return_sites", CallBytes), (".call_sites", CallBytes), (".ibt_endbr_seal", 4),
        (".cfi_sites", 16), (".its_sites", RetpolineBytes),
    ];

    private readonly ElfImage _image;
    private readonly ulong[] _starts;
    private readonly ulong[] _ends;
    private ulong[] _sites = new ulong[128];
    private int _count;

    private PatchSites(ElfImage image, ulong[] starts, ulong[] ends)
    {
        _image = image;
        _starts = starts;
        _ends = ends;
    }

    /// <summary>
    /// The sites that touch some ranges of link-time addresses. Throws <see cref="VaQuest.Binary.DumpFormatException"/> when a table is damaged.
    /// </summary>
    /// <param name="image">The kernel's file.</param>
    /// <param name="types">Layouts of the tables' entries.</param>
    /// <param name="symbol">Link-time address of a symbol, or null: some tables are known only by the symbols around them.</param>
    /// <param name="starts">Where the functions begin.</param>
    /// <param name="ends">Where each of them ends.</param>
    public static PatchSites Find(ElfImage image, KernelTypes types, Func<string, ulong?> symbol, ulong[] starts, ulong[] ends)
    {
        var sites = new PatchSites(image, starts, ends);
        foreach ((string section, int bytes) in s_relative)
        {
            sites.AddRelative(sites.SectionBytes(section, out ulong address), address, 4, bytes);
        }

        foreach (ElfSection section in image.Sections.Where(section => section.Name.StartsWith("runtime_", StringComparison.Ordinal)))
        {
            sites.AddRelative(sites.Bytes(section), section.Address, 4, sizeof(ulong));
        }

        sites.AddRelative(sites.Between(symbol("__start___jump_table"), symbol("__stop___jump_table"), out ulong jumps), jumps, 16, CallBytes);
        sites.AddRelative(sites.Between(symbol("__start_static_call_sites"), symbol("__stop_static_call_sites"), out ulong calls), calls, 8, CallBytes + 1);
        sites.AddEntries(sites.Between(symbol("__start_mcount_loc"), symbol("__stop_mcount_loc"), out _));
        sites.AddAlternatives(types);
        sites.AddParavirt(types);
        return sites;
    }

    public bool Contains(ulong address)
    {
        for (int i = 0; i < _count; i += 2)
        {
            if (address >= _sites[i] && address < _sites[i + 1])
            {
                return true;
            }
        }

        return false;
    }

    private void Add(ulong start, ulong bytes)
    {
        ulong behind = unchecked(start + bytes);
        for (int i = 0; i < _starts.Length; i++)
        {
            if (start < _ends[i] && behind > _starts[i] && behind > start)
            {
                Keep(start, behind);
                return;
            }
        }
    }

    // Pairs of addresses in one array: what is in a list of pairs is not compiled ahead.
    private void Keep(ulong start, ulong end)
    {
        if (_count == _sites.Length)
        {
            Array.Resize(ref _sites, _count * 2);
        }

        _sites[_count++] = start;
        _sites[_count++] = end;
    }

    private void AddRelative(ReadOnlySpan<byte> table, ulong address, int entrySize, int bytes)
    {
        for (int i = 0; i + entrySize <= table.Length; i += entrySize)
        {
            Add(unchecked(address + (ulong)i + (ulong)BinaryPrimitives.ReadInt32LittleEndian(table[i..])), (ulong)bytes);
        }
    }

    private void AddEntries(ReadOnlySpan<byte> table)
    {
        for (int i = 0; i + 8 <= table.Length; i += 8)
        {
            Add(BinaryPrimitives.ReadUInt64LittleEndian(table[i..]), EntryBytes);
        }
    }

    /// <summary>struct alt_instr: 5.10 has padlen behind, 6.4 wider flags; only places and lengths matter.</summary>
    private void AddAlternatives(KernelTypes types)
    {
        if (types.FindSize("alt_instr") is not { } size || types.FindMember("alt_instr", "instr_offset") is not { } offset
            || types.FindMember("alt_instr", "instrlen") is not { } length)
        {
            // Without the layout every instruction near a replacement could be patched, and nothing is to be claimed.
            if (_image.FindSection(".altinstructions") is not null)
            {
                for (int i = 0; i < _starts.Length; i++)
                {
                    Keep(_starts[i], _ends[i]);
                }
            }

            return;
        }

        ReadOnlySpan<byte> table = SectionBytes(".altinstructions", out ulong address);
        for (int i = 0; i + size <= table.Length; i += (int)size)
        {
            int at = i + (int)offset.Offset;
            ulong site = unchecked(address + (ulong)at + (ulong)BinaryPrimitives.ReadInt32LittleEndian(table[at..]));
            Add(site, table[i + (int)length.Offset]);
        }
    }

    /// <summary>struct paravirt_patch_site, until 6.7.</summary>
    private void AddParavirt(KernelTypes types)
    {
        ReadOnlySpan<byte> table = SectionBytes(".parainstructions", out _);
        int size = (int)(types.FindSize("paravirt_patch_site") ?? 16);
        int length = (int)(types.FindMember("paravirt_patch_site", "len")?.Offset ?? 9);
        for (int i = 0; i + size <= table.Length && size > length; i += size)
        {
            Add(BinaryPrimitives.ReadUInt64LittleEndian(table[i..]), table[i + length]);
        }
    }

    private ReadOnlySpan<byte> SectionBytes(string name, out ulong address)
    {
        ElfSection? section = _image.FindSection(name);
        address = section?.Address ?? 0;
        return section is null ? default : Bytes(section);
    }

    private ReadOnlySpan<byte> Bytes(ElfSection section)
    {
        ByteRegion bytes = _image.GetData(section);
        return bytes.Length > MaxTable ? default : bytes.SpanFrom(0);
    }

    private ReadOnlySpan<byte> Between(ulong? first, ulong? last, out ulong address)
    {
        address = first ?? 0;
        ulong start = address;
        ulong end = last ?? 0;
        ElfSection? section = end <= start || end - start > MaxTable ? null
            : _image.Sections.FirstOrDefault(candidate => candidate.HasBytes && candidate.IsAllocated && start >= candidate.Address && end <= candidate.Address + candidate.Size);
        return section is null ? default : _image.GetData(section).Span((long)(start - section.Address), (int)(end - start));
    }
}
