// KasanShadow: the memory in which KASAN keeps what may be accessed.
using VaQuest.Binary;
using VaQuest.Kernel.Memory.Slabs;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Memory.Checkers;

/// <summary>
/// Generic KASAN of x86-64 (mm/kasan/generic.c): one byte for eight. The shadow's offset is CONFIG_KASAN_SHADOW_OFFSET, the same in all such
/// kernels since the compiler has it built in. Never throws on data.
/// </summary>
public sealed class KasanShadow
{
    /// <summary>CONFIG_KASAN_SHADOW_OFFSET of x86-64, with four and with five levels.</summary>
    private const ulong ShadowOffset = 0xdffffc0000000000;

    private const byte FreeTracked = 0xfa;

    private const byte Free = 0xfb;

    private readonly LinuxKernel _kernel;

    private KasanShadow(LinuxKernel kernel) => _kernel = kernel;

    /// <summary>The shadow; null when the kernel was not built with generic KASAN.</summary>
    public static KasanShadow? Open(LinuxKernel kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        bool isGeneric = kernel.Symbols.FindAddress("kasan_init") is not null && kernel.Symbols.FindAddress("__asan_storeN") is not null;
        return kernel.Dump.Architecture == "x86_64" && isGeneric ? new KasanShadow(kernel) : null;
    }

    /// <summary>The eight bytes that a shadow byte stands for.</summary>
    public static VirtAddr AddressOf(VirtAddr shadow) => new(unchecked((shadow.Value - ShadowOffset) << 3));

    /// <summary>Where the shadow byte of an address is.</summary>
    public static VirtAddr ShadowOf(VirtAddr address) => new(unchecked((address.Value >> 3) + ShadowOffset));

    /// <summary>The shadow byte of an address; null when its page is not in the dump.</summary>
    public byte? Read(VirtAddr address) => _kernel.Reader.TryReadUInt(ShadowOf(address), 1, out ulong value) ? (byte)value : null;

    /// <summary>What a shadow byte says of its eight bytes (mm/kasan/kasan.h).</summary>
    public static string Meaning(byte shadow) => shadow switch
    {
        0 => "all of the eight bytes may be accessed",
        < 8 => FormattableString.Invariant($"only the first {shadow} of the eight bytes may be accessed"),
        0xff => "a free page",
        0xfe => "the red zone behind a large kmalloc()",
        0xfc => "a red zone of a slab",
        Free or FreeTracked => "a freed slab object",
        0xf9 => "the red zone of a global variable",
        0xf8 => "a vmalloc area that is not allocated, or a variable whose scope has ended",
        0xf1 => "the red zone before the variables of a stack frame",
        0xf2 => "the red zone between variables of a stack frame",
        0xf3 => "the red zone behind the variables of a stack frame",
        0xf4 => "the rest of a variable of a stack frame",
        0xca => "the red zone before an alloca()",
        0xcb => "the red zone behind an alloca()",
        _ => "a value that KASAN does not use",
    };

    /// <summary>Whether the object at an address is free, by its shadow; null when that is not in the dump or says neither.</summary>
    public bool? IsFree(VirtAddr start) => Read(start) switch { Free or FreeTracked => true, 0 or < 8 => false, _ => null };

    /// <summary>Who allocated and freed a slab object; empty when it is not recorded.</summary>
    internal IReadOnlyList<OwnerTrack> ReadOwners(SlabObject found)
    {
        var owners = new List<OwnerTrack>();
        KernelObjects objects = _kernel.Objects;
        VirtAddr cache = found.Cache.Address;
        if (objects.FindInt(cache, "kmem_cache", "kasan_info.alloc_meta_offset") is { } alloc and > 0)
        {
            Add(owners, found.Start + (ulong)alloc, "kasan_alloc_meta", "alloc_track", isFree: false);
        }

        // The record of the free lies in the freed object itself where the shadow says so.
        if (Read(found.Start) == FreeTracked && objects.FindInt(cache, "kmem_cache", "kasan_info.free_meta_offset") is { } free and >= 0)
        {
            Add(owners, found.Start + (ulong)free, "kasan_free_meta", "free_track", isFree: true);
        }

        return owners;
    }

    private void Add(List<OwnerTrack> owners, VirtAddr at, string tag, string member, bool isFree)
    {
        KernelObjects objects = _kernel.Objects;
        if (objects.FindUInt(at, tag, member + ".stack") is { } handle and not 0)
        {
            IReadOnlyList<VirtAddr> frames = new StackDepot(_kernel).Read((uint)handle);
            owners.Add(new OwnerTrack(isFree, (int)(objects.FindUInt(at, tag, member + ".pid") ?? 0), frames));
        }
    }
}
