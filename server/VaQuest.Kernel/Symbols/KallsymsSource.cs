// KallsymsSource: the kernel image's symbols from the dump itself.
using System.Text;
using VaQuest.Binary;
using VaQuest.DebugInfo.Kallsyms;
using VaQuest.Dumps.Vmcoreinfo;
using VaQuest.Kernel.Memory;

namespace VaQuest.Kernel.Symbols;

/// <summary>Wraps the kallsyms table: damage is an absent answer here, counted once. Safe for concurrent callers.</summary>
internal sealed class KallsymsSource
{
    /// <summary>Text and read-only data of a distribution's kernel together are 20 to 30 MiB.</summary>
    private const int MaxScanBytes = 96 << 20;

    private readonly KallsymsTable _table;
    /// <summary>Slots for names that were decoded lately, a power of two.</summary>
    private const int NameSlots = 2048;

    private readonly DecodedName?[] _names = new DecodedName?[NameSlots];
    private readonly Lazy<NameHashes> _hashes;
    private readonly Action<string> _onDamage;

    private KallsymsSource(KallsymsTable table, Action<string> onDamage)
    {
        _table = table;
        _hashes = new Lazy<NameHashes>(() => new NameHashes(table));
        _onDamage = onDamage;
    }

    public int Count => _table.Count;

    /// <summary>Opens the table where VMCOREINFO or a vmlinux says it is. Throws <see cref="DumpFormatException"/>.</summary>
    /// <param name="reader">Kernel memory.</param>
    /// <param name="vmcoreinfo">Names the tables since 6.0.</param>
    /// <param name="imageSymbol">Run-time address of a symbol from a vmlinux file, or null.</param>
    /// <param name="onDamage">Told of pages that are missing.</param>
    public static KallsymsSource Open(
        KernelReader reader, VmcoreinfoTable vmcoreinfo, Func<string, VirtAddr?> imageSymbol, Action<string> onDamage)
    {
        ulong At(string name) => (vmcoreinfo.FindSymbol(name) ?? imageSymbol(name))?.Value ?? 0;
        var location = new KallsymsLocation
        {
            Names = At("kallsyms_names"),
            SymbolCount = At("kallsyms_num_syms"),
            TokenTable = At("kallsyms_token_table"),
            TokenIndex = At("kallsyms_token_index"),
            Offsets = At("kallsyms_offsets"),
            RelativeBase = At("kallsyms_relative_base"),
            Addresses = At("kallsyms_addresses"),
            TextStart = At("_stext"),
            WordSize = reader.WordSize,
        };
        bool Read(ulong address, Span<byte> destination) => reader.Read(new VirtAddr(address), destination).IsOk;
        if (location.Names == 0 || location.TokenIndex == 0)
        {
            // Before 6.0 nothing names the tables: they are recognised by their form.
            location = (location.TextStart == 0 ? null : new KallsymsScanner(Read, reader.WordSize).Find(location.TextStart, MaxScanBytes))
                ?? throw new DumpFormatException(
                    FormatError.Unsupported, "the kernel's symbol table was not found in its memory; give the matching vmlinux");
        }

        return new KallsymsSource(KallsymsTable.Open(location, Read), onDamage);
    }

    /// <summary>Address of the first symbol of that name, or null.</summary>
    public VirtAddr? FindAddress(string name)
    {
        try
        {
            return FindIndices(name) is [var first, ..] ? new VirtAddr(_table.AddressOf(first)) : null;
        }
        catch (DumpFormatException error)
        {
            _onDamage(error.Message);
            return null;
        }
    }

    /// <summary>All symbols of that name, by address.</summary>
    public IReadOnlyList<KernelSymbol> FindByName(string name, VirtAddr end)
    {
        var found = new List<KernelSymbol>();
        try
        {
            foreach (int index in FindIndices(name))
            {
                found.Add(SymbolAt(index, end, isExact: true));
            }
        }
        catch (DumpFormatException error)
        {
            _onDamage(error.Message);
        }

        return found;
    }

    /// <summary>The first of the symbols at or below an address; its size reaches to the next higher address.</summary>
    public KernelSymbol? FindAt(VirtAddr address, VirtAddr end)
    {
        try
        {
            return _table.FindIndex(address.Value) is >= 0 and var index ? SymbolAt(index, end, isExact: false) : null;
        }
        catch (DumpFormatException error)
        {
            _onDamage(error.Message);
            return null;
        }
    }

    private IReadOnlyList<int> FindIndices(string name) => _table.HasNameOrder ? _table.FindByName(name) : _hashes.Value.Find(name);

    /// <summary>Symbols whose names hold a text, ASCII letters of either case, in the table's order; at most <paramref name="limit"/>.</summary>
    public IReadOnlyList<KernelSymbol> Search(string part, VirtAddr end, int limit, CancellationToken cancellation)
    {
        var found = new List<KernelSymbol>();
        try
        {
            foreach (int index in FindIndexes(part, limit, cancellation))
            {
                found.Add(SymbolAt(index, end, isExact: true));
            }
        }
        catch (DumpFormatException error)
        {
            _onDamage(error.Message);
        }

        return found;
    }

    private List<int> FindIndexes(string part, int limit, CancellationToken cancellation)
    {
        byte[] wanted = Encoding.Latin1.GetBytes(part.ToLowerInvariant());
        var found = new List<int>();
        _table.VisitNames((index, _, name) =>
        {
            cancellation.ThrowIfCancellationRequested();
            if (ContainsIgnoringCase(name, wanted))
            {
                found.Add(index);
            }

            return found.Count < limit;
        });
        return found;
    }

    private static bool ContainsIgnoringCase(ReadOnlySpan<byte> name, ReadOnlySpan<byte> lowerCase)
    {
        for (int i = 0; i + lowerCase.Length <= name.Length; i++)
        {
            if (Ascii.EqualsIgnoreCase(name.Slice(i, lowerCase.Length), lowerCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>With several names at one address the kernel shows the first, unless the name itself was asked for.</summary>
    private KernelSymbol SymbolAt(int index, VirtAddr end, bool isExact)
    {
        ulong start = _table.AddressOf(index);
        int first = index;
        while (!isExact && first > 0 && _table.AddressOf(first - 1) == start)
        {
            first--;
        }

        int next = index + 1;
        while (next < _table.Count && _table.AddressOf(next) == start)
        {
            next++;
        }

        ulong stop = next < _table.Count ? _table.AddressOf(next) : end.Value;
        DecodedName name = Decode(first);
        return new KernelSymbol(name.Name, new VirtAddr(start), stop > start ? stop - start : 0, name.Type, null);
    }

    private DecodedName Decode(int index)
    {
        ref DecodedName? slot = ref _names[index & (NameSlots - 1)];
        DecodedName? known = Volatile.Read(ref slot);
        if (known is not null && known.Index == index)
        {
            return known;
        }

        string name = _table.NameOf(index, out char type);
        var decoded = new DecodedName(index, name, type);
        Volatile.Write(ref slot, decoded);
        return decoded;
    }

    private sealed record DecodedName(int Index, string Name, char Type);

    /// <summary>Names by hash, for kernels before 6.1 that have no order by name: one pass instead of one for each name.</summary>
    private sealed class NameHashes
    {
        private readonly KallsymsTable _table;
        private readonly uint[] _hashes;
        private readonly int[] _indices;

        public NameHashes(KallsymsTable table)
        {
            _table = table;
            uint[] hashes = new uint[table.Count];
            int[] indices = new int[table.Count];
            table.VisitNames((index, _, name) =>
            {
                hashes[index] = HashOf(name);
                indices[index] = index;
                return true;
            });
            Array.Sort(hashes, indices);
            _hashes = hashes;
            _indices = indices;
        }

        public List<int> Find(string name)
        {
            var found = new List<int>();
            uint hash = HashOf(Encoding.UTF8.GetBytes(name));
            int at = Array.BinarySearch(_hashes, hash);
            while (at > 0 && _hashes[at - 1] == hash)
            {
                at--;
            }

            for (; at >= 0 && at < _hashes.Length && _hashes[at] == hash; at++)
            {
                if (_table.NameOf(_indices[at], out _) == name)
                {
                    found.Add(_indices[at]);
                }
            }

            found.Sort();
            return found;
        }

        private static uint HashOf(ReadOnlySpan<byte> name)
        {
            uint hash = 2166136261;
            foreach (byte b in name)
            {
                hash = unchecked((hash ^ b) * 16777619);
            }

            return hash;
        }
    }
}
