// ModuleMap: from an address to the module that holds it.
using VaQuest.Binary;
using VaQuest.Kernel.Modules;

namespace VaQuest.Kernel.Symbols;

/// <summary>Module regions sorted by address.</summary>
internal sealed class ModuleMap
{
    private readonly ModulePlace[] _places;

    public ModuleMap(IReadOnlyList<KernelModule> modules)
    {
        Modules = modules;
        var places = new List<ModulePlace>();
        foreach (KernelModule module in modules)
        {
            foreach (ModuleRegion region in module.Regions)
            {
                places.Add(new ModulePlace(module, region));
            }
        }

        places.Sort((left, right) => left.Start.CompareTo(right.Start));
        _places = [.. places];
    }

    public IReadOnlyList<KernelModule> Modules { get; }

    public ModulePlace? Find(VirtAddr address)
    {
        int low = 0;
        int high = _places.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_places[middle].Start <= address)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low > 0 && _places[low - 1].Region.Contains(address) ? _places[low - 1] : null;
    }
}
