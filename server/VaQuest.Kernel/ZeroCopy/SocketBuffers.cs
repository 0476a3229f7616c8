// SocketBuffers: what waits in a socket's queues, and the pages behind it.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Values;

namespace VaQuest.Kernel.ZeroCopy;

/// <summary>
/// The queues of struct sock and the fragments of each sk_buff (include/linux/skbuff.h). A fragment names its page: bv_page since 5.4, netmem since
/// 6.10, page.p before. Bounded and cycle-checked; never throws on data.
/// </summary>
public sealed class SocketBuffers
{
    /// <summary>Buffers of one queue.</summary>
    private const int MaxBuffers = 100_000;

    /// <summary>MAX_SKB_FRAGS is 17, at most 45.</summary>
    private const ulong MaxFragments = 64;

    /// <summary>Buffers that one buffer carries along (frag_list), each of which may do so too.</summary>
    private const int MaxNested = 4;

    private readonly LinuxKernel _kernel;
    private readonly KernelObjects _objects;
    private readonly LinkedWalks _walks;
    private readonly FragmentLayout? _layout;

    public SocketBuffers(LinuxKernel kernel)
    {
        _kernel = kernel;
        _objects = kernel.Objects;
        _walks = new LinkedWalks(kernel.Reader, kernel.Types);
        _layout = FragmentLayout.Find(kernel);
    }

    /// <summary>Why fragments cannot be read in this kernel, or null.</summary>
    public string? Missing => _layout is null ? "the fragments of socket buffers (skb_shared_info.frags) have no form that is known here" : null;

    /// <summary>The buffers of a socket's queues, with the name of the queue.</summary>
    public IReadOnlyList<(string Queue, ObjectView Buffer)> Read(ObjectView socket, List<string> notes)
    {
        var buffers = new List<(string, ObjectView)>();
        var seen = new HashSet<ulong>();
        foreach ((string name, string member) in new[]
            { ("receive queue", "sk_receive_queue"), ("write queue", "sk_write_queue"), ("error queue", "sk_error_queue") })
        {
            if (socket.At(member) is { } head)
            {
                Add(buffers, seen, name, _objects.ReadList(head, 0, MaxBuffers, out string? damage), socket, notes, damage);
            }
        }

        if (socket.UInt("sk_protocol") == 6 && socket.UInt("__sk_common.skc_family") is 2 or 10)
        {
            AddTree(buffers, seen, "retransmit queue", socket.At("tcp_rtx_queue"), socket, notes);
            AddTree(buffers, seen, "out-of-order queue", socket.Other(socket.Address, "tcp_sock").At("out_of_order_queue"), socket, notes);
        }

        AddChain(buffers, seen, "backlog", socket.Pointer("sk_backlog.head"), socket);
        return buffers;
    }

    /// <summary>The pages behind a buffer's fragments.</summary>
    public IReadOnlyList<PageUse> Fragments(string queue, ObjectView buffer, ObjectView socket)
    {
        var uses = new List<PageUse>();
        AddFragments(uses, queue, buffer, buffer, socket, 0);
        return uses;
    }

    private void AddFragments(List<PageUse> uses, string queue, ObjectView holder, ObjectView buffer, ObjectView socket, int depth)
    {
        // end is an offset from head where pointers are 8 bytes wide, else a pointer.
        if (_layout is null || buffer.Pointer("head") is not { } head || buffer.UInt("end") is not { } end)
        {
            return;
        }

        var shared = new ObjectView(_objects, _kernel.Reader.WordSize == 8 ? head + end : new VirtAddr(end), "skb_shared_info");
        ulong count = Math.Min(shared.UInt("nr_frags") ?? 0, MaxFragments);
        for (ulong i = 0; i < count && shared.At("frags") is { } first; i++)
        {
            if (_layout.Read(first + (i * _layout.Size), out VirtAddr page, out ulong offset, out ulong length) && Use(page, offset, length, queue, holder, socket) is { } use)
            {
                uses.Add(use);
            }
        }

        var seen = new HashSet<ulong>();
        for (ObjectView? more = depth < MaxNested ? shared.Behind("sk_buff", "frag_list") : null; more is not null && seen.Add(more.Address.Value) && seen.Count < MaxBuffers; more = more.Behind("sk_buff", "next"))
        {
            AddFragments(uses, queue, holder, more, socket, depth + 1);
        }
    }

    private PageUse? Use(VirtAddr page, ulong offset, ulong length, string where, ObjectView holder, ObjectView owner) =>
        PageUses.Make(_kernel, page, offset, length, where, holder, owner);

    private static void Add(
        List<(string, ObjectView)> buffers, HashSet<ulong> seen, string name, VirtAddr[] found, ObjectView socket, List<string> notes, string? damage)
    {
        if (damage is not null && notes.Count < 16)
        {
            notes.Add(FormattableString.Invariant($"{name} of the socket at {socket.Address}: {damage}"));
        }

        foreach (VirtAddr buffer in found)
        {
            if (seen.Add(buffer.Value))
            {
                buffers.Add((name, socket.Other(buffer, "sk_buff")));
            }
        }
    }

    private void AddTree(List<(string, ObjectView)> buffers, HashSet<ulong> seen, string name, VirtAddr? root, ObjectView socket, List<string> notes)
    {
        if (root is { } at && _objects.Types.FindOffset("sk_buff", "rbnode") is { } node)
        {
            WalkResult tree = _walks.RedBlackTree(at);
            Add(buffers, seen, name, [.. tree.Items.Select(item => item.Address - node)], socket, notes, tree.Damage);
        }
    }

    private static void AddChain(List<(string, ObjectView)> buffers, HashSet<ulong> seen, string name, VirtAddr? first, ObjectView socket)
    {
        for (ObjectView? buffer = first is { } at ? socket.Other(at, "sk_buff") : null; buffer is not null && seen.Add(buffer.Address.Value) && seen.Count < MaxBuffers; buffer = buffer.Behind("sk_buff", "next"))
        {
            buffers.Add((name, buffer));
        }
    }
}
