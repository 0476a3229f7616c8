// BpfReader: BPF programs and maps.
using VaQuest.DebugInfo.Types;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Values;

namespace VaQuest.Kernel.Bpf;

/// <summary>kernel/bpf/syscall.c: all programs are in prog_idr, all maps in map_idr, by their numbers. Bounded; never throws on data.</summary>
public sealed class BpfReader(LinuxKernel kernel)
{
    /// <summary>Maps that a program may use (MAX_USED_MAPS).</summary>
    private const ulong MaxUsedMaps = 64;

    /// <summary>Programs by number; <paramref name="missing"/> says why some or all are not there.</summary>
    public IReadOnlyList<(ulong Id, ObjectView Object)> Programs(out string? missing) => Walk("prog_idr", "bpf_prog", out missing);

    /// <summary>Maps by number.</summary>
    public IReadOnlyList<(ulong Id, ObjectView Object)> Maps(out string? missing) => Walk("map_idr", "bpf_map", out missing);

    /// <summary>The name of an enumerator, lower-case without its prefix: "kprobe" of BPF_PROG_TYPE_KPROBE; null when it is not known.</summary>
    public string? NameOf(string enumeration, string prefix, ulong? value)
    {
        foreach (Enumerator name in kernel.Types.Catalog?.FindEnum(enumeration)?.Enumerators ?? [])
        {
            if (value is { } number && name.Value == (long)number && name.Name.StartsWith(prefix, StringComparison.Ordinal))
            {
                return name.Name[prefix.Length..].ToLowerInvariant();
            }
        }

        return null;
    }

    /// <summary>The hash of a program's instructions, as bpftool prints it; null when it is not in the dump.</summary>
    public string? TagOf(ObjectView program)
    {
        byte[] tag = new byte[8];
        return program.At("tag") is { } at && kernel.Reader.Read(at, tag).IsOk ? Convert.ToHexStringLower(tag) : null;
    }

    /// <summary>Numbers of the maps that a program uses.</summary>
    public IReadOnlyList<ulong> MapsOf(ObjectView auxiliary)
    {
        var ids = new List<ulong>();
        ulong count = Math.Min(auxiliary.UInt("used_map_cnt") ?? 0, MaxUsedMaps);
        for (ulong i = 0; i < count && auxiliary.Pointer("used_maps") is { } maps; i++)
        {
            if (kernel.Reader.FindPointer(maps + (i * (ulong)kernel.Reader.WordSize)) is { } map && auxiliary.Other(map, "bpf_map").UInt("id") is { } id)
            {
                ids.Add(id);
            }
        }

        return ids;
    }

    private IReadOnlyList<(ulong, ObjectView)> Walk(string symbol, string tag, out string? missing)
    {
        if (kernel.Symbols.FindAddress(symbol) is not { } idr)
        {
            missing = $"{symbol} is not a symbol of this kernel: it has no BPF system call";
            return [];
        }

        WalkResult found = new IndexWalks(kernel.Reader, kernel.Types).Array(idr + (kernel.Types.FindOffset("idr", "idr_rt") ?? 0));
        missing = found.Damage;
        return [.. found.Items.Select(item => (item.First ?? 0, new ObjectView(kernel.Objects, item.Address, tag)))];
    }
}
