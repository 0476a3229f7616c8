// LabSlabTests: slab caches of real dumps against the kernel's own counters and drgn.
using System.Globalization;
using VaQuest.Binary;
using VaQuest.Dumps;
using VaQuest.Kernel.Memory.Slabs;
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.Kernel.Tests.Lab;

public sealed class LabSlabTests
{
    // Names, counts and allocated objects of all caches.
    private const string CachesScript = """
        import sys
        from drgn import Program
        from drgn.helpers.linux.slab import for_each_slab_cache, slab_cache_for_each_allocated_object
        program = Program()
        program.set_core_dump(sys.argv[1])
        program.load_debug_info([sys.argv[2]])
        for cache in for_each_slab_cache(program):
            print("%x" % cache.value_(), sum(1 for _ in slab_cache_for_each_allocated_object(cache, "void")))
        """;

    // nr_slabs and total_objects of a kernel with CONFIG_SLUB_DEBUG count what a look at every page must find, and free lists tell the rest.
    [LabFact("5.10-cloud", "null-deref")]
    public void ListsWhatA510KernelCounted() => CheckCounts("5.10-cloud", "null-deref");

    [LabFact("6.1-cloud", "null-deref")]
    public void ListsWhatA61KernelCounted() => CheckCounts("6.1-cloud", "null-deref");

    [LabFact("6.12-cloud", "qemu-elf")]
    public void ListsWhatA612KernelCounted() => CheckCounts("6.12-cloud", "qemu-elf");

    private static void CheckCounts(string kernel, string scenario)
    {
        LabDump lab = VaQuest.TestKit.Lab.Find(kernel, scenario)!;
        using Vmcore dump = VmcoreFile.Open(lab.Vmcore);
        LinuxKernel linux = LinuxKernel.Open(dump);
        Assert.True(linux.Slabs.Caches.Count > 80, "the caches are not listed");
        Assert.Null(linux.Slabs.CachesDamage);
        foreach (SlabCache cache in linux.Slabs.Caches)
        {
            SlabUsage usage = linux.Slabs.ReadUsage(cache);
            IReadOnlyList<Slab> slabs = linux.Slabs.FindSlabs(cache, CancellationToken.None, out string? damage);
            Assert.Null(damage);
            Assert.Null(usage.Damage);
            Assert.Equal((cache.Name, usage.Slabs, usage.Objects), (cache.Name, slabs.Count, slabs.Sum(slab => (long)slab.ObjectCount)));
            long allocated = slabs.Sum(slab => linux.Slabs.EnumerateObjects(slab).LongCount(found => found.State == SlabObjectState.Allocated));
            Assert.Equal((cache.Name, usage.Allocated), (cache.Name, allocated));
        }
    }

    [LabDrgnTheory("6.1-cloud", "null-deref")]
    [InlineData("6.1-cloud", "null-deref")]
    public void AgreesWithDrgnOnEveryAllocatedObject(string kernel, string scenario)
    {
        LabDump lab = VaQuest.TestKit.Lab.Find(kernel, scenario)!;
        using Vmcore dump = VmcoreFile.Open(lab.Vmcore);
        LinuxKernel linux = LinuxKernel.Open(dump);
        string[] lines = LabDrgn.RunScript(CachesScript, lab.Vmcore, lab.Vmlinux!).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(linux.Slabs.Caches.Count, lines.Length);
        foreach (string[] words in lines.Select(line => line.Split(' ')))
        {
            SlabCache cache = linux.Slabs.ReadCache(new VirtAddr(ulong.Parse(words[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture)), out _)!;
            Assert.Equal((cache.Name, long.Parse(words[1], CultureInfo.InvariantCulture)), (cache.Name, linux.Slabs.ReadUsage(cache).Allocated!.Value));
        }
    }
}
