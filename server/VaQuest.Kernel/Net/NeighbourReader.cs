// NeighbourReader: the tables of neighbours.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Values;

namespace VaQuest.Kernel.Net;

/// <summary>net/core/neighbour.c: arp_tbl and nd_tbl, each a hash table of chains (neighbour.next until 6.12, neighbour.hash since).</summary>
public sealed class NeighbourReader(LinuxKernel kernel)
{
    /// <summary>The largest gc_thresh3 that people set is some hundred thousand.</summary>
    private const ulong MaxShift = 20;

    private const int MaxNeighbours = 200_000;

    /// <summary>NUD_* of include/uapi/linux/neighbour.h.</summary>
    private static readonly (ulong Bit, string Name)[] s_states =
    [
        (1, "incomplete"), (2, "reachable"), (4, "stale"), (8, "delay"), (0x10, "probe"), (0x20, "failed"), (0x40, "noarp"), (0x80, "permanent"),
    ];

    private readonly KernelObjects _objects = kernel.Objects;

    public IReadOnlyList<Neighbour> Read(List<string> notes)
    {
        var found = new List<Neighbour>();
        foreach (string symbol in new[] { "arp_tbl", "nd_tbl" })
        {
            if (kernel.Symbols.FindAddress(symbol) is { } at)
            {
                ReadTable(new ObjectView(_objects, at, "neigh_table"), found, notes);
            }
        }

        return found;
    }

    private void ReadTable(ObjectView table, List<Neighbour> found, List<string> notes)
    {
        string name = table.TextBehind(32, "id") ?? "?";
        if (table.Behind("neigh_hash_table", "nht") is not { } hash || hash.UInt("hash_shift") is not (<= MaxShift and { } shift))
        {
            notes.Add($"the table {name} cannot be read: {table.Why("nht")}");
            return;
        }

        var seen = new HashSet<ulong>();
        ulong word = (ulong)_objects.Reader.WordSize;
        for (ulong i = 0; i < 1UL << (int)shift; i++)
        {
            if (hash.Pointer("hash_heads") is { } heads)
            {
                WalkResult chain = new LinkedWalks(kernel.Reader, kernel.Types).HashList(heads + (i * word));
                ulong node = _objects.Types.FindOffset("neighbour", "hash") ?? 0;
                found.AddRange(chain.Items.Select(item => ReadEntry(table.Other(item.Address - node, "neighbour"), table, name)));
                continue;
            }

            VirtAddr? next = hash.Pointer("hash_buckets") is { } buckets ? _objects.Reader.FindPointer(buckets + (i * word)) : null;
            while (next is { } at)
            {
                if (!seen.Add(at.Value) || seen.Count > MaxNeighbours)
                {
                    notes.Add(FormattableString.Invariant($"the table {name} runs in a circle at {at}"));
                    return;
                }

                ObjectView entry = table.Other(at, "neighbour");
                found.Add(ReadEntry(entry, table, name));
                next = entry.Pointer("next");
            }
        }
    }

    private Neighbour ReadEntry(ObjectView entry, ObjectView table, string name)
    {
        byte[] key = new byte[table.UInt("key_len") switch { 4 => 4, 16 => 16, _ => 0 }];
        ObjectView? device = entry.Behind("net_device", "dev");
        byte[] hardware = new byte[Math.Min(device?.UInt("addr_len") ?? 0, 32)];
        ulong states = entry.UInt("nud_state") ?? 0;
        return new Neighbour(
            entry,
            name,
            entry.At("primary_key") is { } at && key.Length > 0 && _objects.Reader.Read(at, key).IsOk ? NetAddresses.Ip(key) : null,
            entry.At("ha") is { } ha && hardware.Length > 0 && _objects.Reader.Read(ha, hardware).IsOk ? NetAddresses.Hardware(hardware) : null,
            device?.Text("name"),
            [.. s_states.Where(state => (states & state.Bit) != 0).Select(state => state.Name)]);
    }
}
