// SymbolIndex: symbols sorted by address, as the kernel itself searches them.
using VaQuest.Binary;

namespace VaQuest.Kernel.Symbols;

/// <summary>An immutable table of one module's symbols. Of several at one address the first in the table's order wins.</summary>
internal sealed class SymbolIndex
{
    private readonly KernelSymbol[] _sorted;
    private readonly Dictionary<string, KernelSymbol> _byName = new(StringComparer.Ordinal);

    public SymbolIndex(IEnumerable<KernelSymbol> symbols)
    {
        _sorted = [.. symbols];
        ulong[] addresses = new ulong[_sorted.Length];
        for (int i = 0; i < addresses.Length; i++)
        {
            addresses[i] = _sorted[i].Address.Value;
        }

        // Not stable: names of one address may change places, but stay the same from run to run.
        Array.Sort(addresses, _sorted);
        foreach (KernelSymbol symbol in _sorted)
        {
            _byName.TryAdd(symbol.Name, symbol);
        }
    }

    public IReadOnlyList<KernelSymbol> All => _sorted;

    public KernelSymbol? FindByName(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The symbol at or below an address, with its size up to the next symbol's address or <paramref name="end"/>.</summary>
    public KernelSymbol? FindAt(VirtAddr address, VirtAddr end)
    {
        int low = 0;
        int high = _sorted.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_sorted[middle].Address <= address)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        if (low == 0)
        {
            return null;
        }

        VirtAddr next = low < _sorted.Length && _sorted[low].Address < end ? _sorted[low].Address : end;
        int first = low - 1;
        while (first > 0 && _sorted[first - 1].Address == _sorted[low - 1].Address)
        {
            first--;
        }

        KernelSymbol found = _sorted[first];
        return found with { Size = next > found.Address ? next - found.Address : found.Size };
    }
}
