// SocketTables: finds sockets in the tables that each protocol keeps.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Values;

namespace VaQuest.Kernel.Net;

/// <summary>
/// Hash tables of TCP, UDP, UNIX, netlink, raw and packet sockets, of all namespaces. Every chain is bounded and cycle-checked; where a table
/// is damaged or has no known form, a note says so.
/// </summary>
internal sealed class SocketTables(LinuxKernel kernel, List<string> notes, CancellationToken cancellation)
{
    /// <summary>Buckets of one table: TCP has at most 512 Ki unless it is told otherwise.</summary>
    private const ulong MaxBuckets = 1 << 22;

    /// <summary>Sockets in all.</summary>
    private const int MaxSockets = 2_000_000;

    /// <summary>UNIX_HASH_SIZE: 256 for bound and 256 for unbound sockets.</summary>
    private const ulong UnixBuckets = 512;

    /// <summary>MAX_LINKS of netlink.</summary>
    private const ulong NetlinkProtocols = 32;

    private readonly KernelObjects _objects = kernel.Objects;
    private readonly LinkedWalks _walks = new(kernel.Reader, kernel.Types);
    private readonly HashSet<ulong> _seen = [];
    private readonly List<VirtAddr> _found = [];

    /// <summary>Sockets of TCP: established, waiting and listening.</summary>
    public IReadOnlyList<VirtAddr> Tcp(IReadOnlyList<ObjectView> spaces)
    {
        var tables = new List<ObjectView>();
        Add(tables, kernel.Symbols.FindAddress("tcp_hashinfo"), "inet_hashinfo");
        foreach (ObjectView space in spaces)
        {
            // A pointer since 6.0, when namespaces may have tables of their own.
            Add(tables, space.Pointer("ipv4.tcp_death_row.hashinfo"), "inet_hashinfo");
        }

        foreach (ObjectView table in tables)
        {
            if (table.Pointer("ehash") is not { } hash || table.UInt("ehash_mask") is not { } mask)
            {
                notes.Add("the table of TCP connections cannot be read: " + table.Why("ehash"));
                continue;
            }

            Walk(hash, unchecked(mask + 1), SizeOf("inet_ehash_bucket"), NodeOffset());
            WalkListeners(table);
        }

        return Take();
    }

    public IReadOnlyList<VirtAddr> Udp(IReadOnlyList<ObjectView> spaces)
    {
        var tables = new List<ObjectView>();
        Add(tables, kernel.Symbols.FindAddress("udp_table"), "udp_table");
        Add(tables, kernel.Symbols.FindAddress("udplite_table"), "udp_table");
        foreach (ObjectView space in spaces)
        {
            Add(tables, space.Pointer("ipv4.udp_table"), "udp_table");
        }

        foreach (ObjectView table in tables)
        {
            if (table.Pointer("hash") is { } hash && table.UInt("mask") is { } mask)
            {
                Walk(hash, unchecked(mask + 1), SizeOf("udp_hslot"), NodeOffset());
            }
        }

        return Take();
    }

    /// <summary>Of each namespace since 6.0 (unx.table.buckets), one table before.</summary>
    public IReadOnlyList<VirtAddr> Unix(IReadOnlyList<ObjectView> spaces)
    {
        bool isFound = false;
        foreach (ObjectView space in spaces)
        {
            if (space.Pointer("unx.table.buckets") is { } buckets)
            {
                isFound = true;
                Walk(buckets, UnixBuckets, (ulong)_objects.Reader.WordSize, NodeOffset());
            }
        }

        if (!isFound && kernel.Symbols.FindAddress("unix_socket_table") is { } table)
        {
            isFound = true;
            Walk(table, UnixBuckets, (ulong)_objects.Reader.WordSize, NodeOffset());
        }

        if (!isFound)
        {
            notes.Add("the table of UNIX sockets has no form that is known here");
        }

        return Take();
    }

    public IReadOnlyList<VirtAddr> Raw()
    {
        foreach (string name in new[] { "raw_v4_hashinfo", "raw_v6_hashinfo" })
        {
            if (kernel.Symbols.FindAddress(name) is { } table && _objects.Types.FindMember("raw_hashinfo", "ht") is { } buckets)
            {
                Walk(table + buckets.Offset, (ulong)Math.Max(0, buckets.Size) / (ulong)_objects.Reader.WordSize, (ulong)_objects.Reader.WordSize, NodeOffset());
            }
        }

        return Take();
    }

    public IReadOnlyList<VirtAddr> Packet(IReadOnlyList<ObjectView> spaces)
    {
        foreach (ObjectView space in spaces)
        {
            if (space.At("packet.sklist") is { } head)
            {
                AddChain(_walks.HashList(head), NodeOffset());
            }
        }

        return Take();
    }

    /// <summary>Netlink sockets that are bound: nl_table, an array of rhashtables.</summary>
    public IReadOnlyList<VirtAddr> Netlink()
    {
        if (kernel.Symbols.FindAddress("nl_table") is not { } symbol || kernel.Reader.FindPointer(symbol) is not { } first
            || _objects.Types.FindSize("netlink_table") is not ({ } size and > 0) || _objects.Types.FindOffset("netlink_sock", "node") is not { } node)
        {
            notes.Add("the table of netlink sockets has no form that is known here");
            return [];
        }

        for (ulong i = 0; i < NetlinkProtocols; i++)
        {
            var table = new ObjectView(_objects, first + (i * (ulong)size), "netlink_table");
            if (table.Behind("bucket_table", "hash.tbl") is not { } buckets)
            {
                continue;
            }

            if (buckets.UInt("nest") is > 0)
            {
                notes.Add(FormattableString.Invariant($"netlink protocol {i}: its hash table is nested, which is not read here"));
            }
            else if (buckets.At("buckets") is { } start && buckets.UInt("size") is { } count)
            {
                // The lowest bit of a bucket is its lock (5.2); a chain ends in a marker with that bit.
                Walk(start, count, (ulong)_objects.Reader.WordSize, node, lockBit: 1);
            }
        }

        return Take();
    }

    private void WalkListeners(ObjectView table)
    {
        ulong size = SizeOf("inet_listen_hashbucket");
        ulong inBucket = _objects.Types.FindOffset("inet_listen_hashbucket", "nulls_head", "head") ?? 0;
        if (table.At("listening_hash") is { } old && _objects.Types.FindMember("inet_hashinfo", "listening_hash") is { } array)
        {
            Walk(old + inBucket, (ulong)Math.Max(0, array.Size) / size, size, NodeOffset());
        }
        else if (table.Pointer("lhash2") is { } hash && table.UInt("lhash2_mask") is { } mask)
        {
            Walk(hash + inBucket, unchecked(mask + 1), size, NodeOffset());
        }
        else
        {
            notes.Add("the table of listening TCP sockets has no form that is known here");
        }
    }

    /// <summary>Reads the heads in large pieces: most are empty.</summary>
    private void Walk(VirtAddr start, ulong buckets, ulong stride, ulong nodeOffset, ulong lockBit = 0)
    {
        ulong word = (ulong)_objects.Reader.WordSize;
        if (buckets is 0 or > MaxBuckets || stride < word)
        {
            notes.Add(FormattableString.Invariant($"the table at {start} claims {buckets} buckets of {stride} bytes, which is damage"));
            return;
        }

        byte[] piece = new byte[Math.Max(stride, 65536 / stride * stride)];
        ulong inPiece = (ulong)piece.Length / stride;
        for (ulong bucket = 0; bucket < buckets; bucket += inPiece)
        {
            cancellation.ThrowIfCancellationRequested();
            int length = (int)(Math.Min(inPiece, buckets - bucket) * stride);
            VirtAddr at = start + (bucket * stride);
            ReadOutcome outcome = _objects.Reader.Read(at, piece.AsSpan(0, length));
            for (ulong i = 0; (i * stride) + word <= (ulong)outcome.BytesRead; i++)
            {
                ulong head = _objects.Reader.DecodeUInt(piece.AsSpan((int)(i * stride), (int)word)) & ~lockBit;
                bool isEmpty = head == 0 || (lockBit == 0 && (head & 1) != 0);
                if (!isEmpty)
                {
                    AddChain(lockBit == 0 ? _walks.HashList(at + (i * stride)) : ChainFrom(head), nodeOffset);
                }
            }

            if (!outcome.IsOk && notes.Count < 16)
            {
                notes.Add(FormattableString.Invariant($"part of the table at {start} is missing: {outcome}"));
            }
        }
    }

    // The head's lock bit is not part of the address; from the first node on the chain is an ordinary one.
    private WalkResult ChainFrom(ulong first)
    {
        WalkResult rest = _walks.HashList(new VirtAddr(first));
        return new WalkResult([new WalkItem(new VirtAddr(first)), .. rest.Items], rest.Damage);
    }

    private void AddChain(WalkResult chain, ulong nodeOffset)
    {
        if (chain.Damage is { } damage && notes.Count < 16)
        {
            notes.Add(damage);
        }

        foreach (WalkItem item in chain.Items)
        {
            VirtAddr socket = item.Address - nodeOffset;
            if (_found.Count < MaxSockets && _seen.Add(socket.Value))
            {
                _found.Add(socket);
            }
        }
    }

    private VirtAddr[] Take()
    {
        VirtAddr[] found = [.. _found];
        _found.Clear();
        return found;
    }

    private void Add(List<ObjectView> tables, VirtAddr? address, string tag)
    {
        if (address is { } at && !tables.Exists(table => table.Address == at))
        {
            tables.Add(new ObjectView(_objects, at, tag));
        }
    }

    private ulong NodeOffset() => _objects.Types.FindOffset("sock_common", "skc_node", "skc_nulls_node") ?? 0;

    private ulong SizeOf(string tag) => (ulong)Math.Max(1, _objects.Types.FindSize(tag) ?? 1);
}
