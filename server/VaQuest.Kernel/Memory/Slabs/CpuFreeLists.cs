// CpuFreeLists: the free objects that CPUs keep for themselves.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Memory.Slabs;

/// <summary>
/// struct kmem_cache_cpu of each CPU (to 6.19: mm/slub.c), and the sheaves of each CPU and node (since 6.18). Read once for each cache. Safe for
/// concurrent callers.
/// </summary>
internal sealed class CpuFreeLists
{
    /// <summary>Sheaves of one cache: two for each CPU, ten full ones in a node's barn, one that waits for RCU.</summary>
    private const int MaxSheaves = 1 << 16;

    /// <summary>Objects in one sheaf; the capacity is a few dozen.</summary>
    private const ulong MaxSheafObjects = 4096;

    private const int MaxBarnSheaves = 1024;

    private readonly LinuxKernel _kernel;
    private readonly AddressMap _cached = new();
    private readonly List<SheafPlace> _places = [];
    private readonly List<string> _damage = [];

    private CpuFreeLists(LinuxKernel kernel, SlabCache cache)
    {
        _kernel = kernel;
        Cache = cache;
    }

    public SlabCache Cache { get; }

    /// <summary>Of each CPU: the slab it allocates from and the first free object in it.</summary>
    public IReadOnlyList<(int Cpu, VirtAddr? Slab, VirtAddr? FreeList)> Active { get; private set; } = [];

    /// <summary>What could not be read, one sentence each.</summary>
    public IReadOnlyList<string> Damage => _damage;

    public int SheafObjects => _cached.Count;

    public static CpuFreeLists Read(LinuxKernel kernel, SlabCache cache)
    {
        var lists = new CpuFreeLists(kernel, cache);
        lists.ReadActive();
        lists.ReadSheaves();
        return lists;
    }

    /// <summary>The sheaf that an object waits in; null when it is in none.</summary>
    public SheafPlace? FindInSheaf(VirtAddr start) => _cached.Find(start.Value) is >= 0 and var place ? _places[place] : null;

    private void ReadActive()
    {
        KernelObjects objects = _kernel.Objects;
        string? slabMember = objects.Types.HasMember("kmem_cache_cpu", "slab") ? "slab" : objects.Types.HasMember("kmem_cache_cpu", "page") ? "page" : null;
        if (slabMember is null || objects.FindPointer(Cache.Address, "kmem_cache", "cpu_slab") is not { } perCpu)
        {
            return;
        }

        var active = new List<(int, VirtAddr?, VirtAddr?)>();
        foreach (int cpu in _kernel.Cpus.Possible)
        {
            if (_kernel.Cpus.FindPerCpu(perCpu, cpu) is not { } at || objects.FindUInt(at, "kmem_cache_cpu", slabMember) is not { } slab)
            {
                _damage.Add(FormattableString.Invariant($"the free list of CPU {cpu} is not in the dump"));
                continue;
            }

            active.Add((cpu, slab == 0 ? null : new VirtAddr(slab), objects.FindPointer(at, "kmem_cache_cpu", "freelist")));
        }

        Active = active;
    }

    private void ReadSheaves()
    {
        KernelObjects objects = _kernel.Objects;
        if (objects.FindPointer(Cache.Address, "kmem_cache", "cpu_sheaves") is not { } perCpu)
        {
            return;
        }

        foreach (int cpu in _kernel.Cpus.Possible)
        {
            if (_kernel.Cpus.FindPerCpu(perCpu, cpu) is not { } at)
            {
                continue;
            }

            foreach (string member in new[] { "main", "spare", "rcu_free" })
            {
                if (objects.FindPointer(at, "slub_percpu_sheaves", member) is { } sheaf)
                {
                    bool isWaiting = member == "rcu_free";
                    string verb = isWaiting ? "waiting for RCU readers in" : "in";
                    AddSheaf(sheaf, new SheafPlace(FormattableString.Invariant($"{verb} the {member} sheaf of CPU {cpu}"), isWaiting));
                }
            }
        }

        foreach (VirtAddr node in SlabNodes.Find(objects, Cache.Address))
        {
            ReadBarn(node);
        }
    }

    private void ReadBarn(VirtAddr node)
    {
        KernelObjects objects = _kernel.Objects;
        if (objects.FindPointer(node, "kmem_cache_node", "barn") is not { } barn
            || objects.FindAddress(barn, "node_barn", "sheaves_full") is not { } head || objects.Types.FindOffset("slab_sheaf", "barn_list") is not { } link)
        {
            return;
        }

        foreach (VirtAddr sheaf in objects.ReadList(head, link, MaxBarnSheaves, out string? damage))
        {
            AddSheaf(sheaf, new SheafPlace(FormattableString.Invariant($"in a full sheaf of the barn at {barn}"), false));
            if (damage is not null)
            {
                _damage.Add(damage);
                damage = null;
            }
        }
    }

    private void AddSheaf(VirtAddr sheaf, SheafPlace place)
    {
        KernelObjects objects = _kernel.Objects;
        if (objects.FindUInt(sheaf, "slab_sheaf", "size") is not { } size || objects.Types.FindOffset("slab_sheaf", "objects") is not { } array
            || size > MaxSheafObjects || _places.Count >= MaxSheaves)
        {
            _damage.Add(FormattableString.Invariant($"the sheaf at {sheaf} cannot be read"));
            return;
        }

        _places.Add(place);
        for (ulong i = 0; i < size; i++)
        {
            if (!objects.Reader.TryReadPointer(sheaf + array + (i * (ulong)objects.Reader.WordSize), out VirtAddr start))
            {
                _damage.Add(FormattableString.Invariant($"the sheaf at {sheaf} is not whole in the dump"));
                return;
            }

            _cached.TryAdd(start.Value, _places.Count - 1);
        }
    }
}
