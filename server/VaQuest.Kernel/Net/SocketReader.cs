// SocketReader: sockets with their states, addresses and queues.
using System.Globalization;
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Net;

/// <summary>Finds sockets in the protocols' tables and reads them; sockets that only an open file leads to can be added by the caller.</summary>
public sealed class SocketReader(LinuxKernel kernel)
{
    private const ulong FamilyUnix = 1;
    private const ulong FamilyInet = 2;
    private const ulong FamilyInet6 = 10;
    private const ulong FamilyNetlink = 16;
    private const ulong FamilyPacket = 17;

    private const ulong TimeWait = 6;
    private const ulong Listen = 10;
    private const ulong NewRequest = 12;

    /// <summary>sizeof(sockaddr_un.sun_path).</summary>
    private const int MaxUnixPath = 108;

    /// <summary>include/net/tcp_states.h.</summary>
    private static readonly string[] s_states =
    [
        "?", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT", "CLOSE", "CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING",
        "NEW_SYN_RECV", "BOUND_INACTIVE",
    ];

    private readonly KernelObjects _objects = kernel.Objects;

    /// <summary>The protocols that can be asked for.</summary>
    public static IReadOnlyList<string> Protocols { get; } = ["tcp", "udp", "unix", "netlink", "raw", "packet"];

    /// <summary>Sockets of one protocol, or of all when it is null.</summary>
    public IReadOnlyList<KernelSocket> Read(string? protocol, List<string> notes, CancellationToken cancellation)
    {
        IReadOnlyList<ObjectView> spaces = NetNamespaces.Read(kernel, out string? missing);
        if (missing is not null)
        {
            notes.Add(missing);
        }

        var tables = new SocketTables(kernel, notes, cancellation);
        var sockets = new List<KernelSocket>();
        foreach (string name in Protocols)
        {
            if (protocol is null || protocol == name)
            {
                IReadOnlyList<VirtAddr> found = name switch
                {
                    "tcp" => tables.Tcp(spaces),
                    "udp" => tables.Udp(spaces),
                    "unix" => tables.Unix(spaces),
                    "netlink" => tables.Netlink(),
                    "raw" => tables.Raw(),
                    _ => tables.Packet(spaces),
                };
                sockets.AddRange(found.Select(address => Read(address, name)).OfType<KernelSocket>());
            }
        }

        return sockets;
    }

    /// <summary>The socket at an address, or null when it cannot be read.</summary>
    /// <param name="address">Its struct sock.</param>
    /// <param name="protocol">The table that it was found in; null when it was found otherwise.</param>
    public KernelSocket? Read(VirtAddr address, string? protocol)
    {
        var socket = new ObjectView(_objects, address, "sock");
        var common = new ObjectView(_objects, address, "sock_common");
        if (common.UInt("skc_family") is not { } family || common.UInt("skc_state") is not { } state)
        {
            return null;
        }

        bool isFull = protocol != "tcp" || state is not (TimeWait or NewRequest);
        string name = NameOf(protocol, family, isFull ? socket : null);
        var (local, remote) = AddressesOf(family, common);
        bool isTcp = name is "tcp" or "tcp6";
        (ulong? received, ulong? sent) = !isFull ? (null, null) : isTcp ? TcpQueues(socket, state) : PlainQueues(socket);
        return new KernelSocket
        {
            Object = socket,
            Protocol = name,
            State = StateOf(name, state),
            IsFull = isFull,
            Local = local,
            Remote = remote,
            ReceiveQueue = received,
            SendQueue = sent,
            Inode = isFull ? InodeOf(socket) : null,
            Namespace = common.Behind("net", "skc_net.net") is { } space ? NetNamespaces.NumberOf(space) : null,
        };
    }

    private static string NameOf(string? protocol, ulong family, ObjectView? socket)
    {
        string? kind = protocol ?? family switch
        {
            FamilyUnix => "unix",
            FamilyNetlink => "netlink",
            FamilyPacket => "packet",
            FamilyInet or FamilyInet6 => (socket?.UInt("sk_protocol"), socket?.UInt("sk_type")) switch { (6, _) => "tcp", (17, _) => "udp", (_, 3) => "raw", (1, _) => "ping", _ => null },
            _ => null,
        };
        kind ??= FormattableString.Invariant($"family {family}");
        return family == FamilyInet6 ? kind + "6" : kind;
    }

    private static string StateOf(string protocol, ulong state)
    {
        // Sockets without connections use CLOSE for "not connected".
        string name = state < (ulong)s_states.Length ? s_states[state] : state.ToString(CultureInfo.InvariantCulture);
        return name == "CLOSE" && !protocol.StartsWith("tcp", StringComparison.Ordinal) ? "UNCONNECTED" : name;
    }

    private (string? Local, string? Remote) AddressesOf(ulong family, ObjectView common) => family switch
    {
        FamilyInet => (Endpoint(common, "skc_rcv_saddr", 4, common.UInt("skc_num")), Endpoint(common, "skc_daddr", 4, NetworkPort(common))),
        FamilyInet6 => (Endpoint(common, "skc_v6_rcv_saddr", 16, common.UInt("skc_num")), Endpoint(common, "skc_v6_daddr", 16, NetworkPort(common))),
        FamilyUnix => (UnixName(common.Address), UnixPeer(common.Address)),
        FamilyNetlink => (NetlinkName(common.Other(common.Address, "netlink_sock")), null),
        FamilyPacket => (PacketName(common.Other(common.Address, "packet_sock")), null),
        _ => (null, null),
    };

    private string? Endpoint(ObjectView common, string member, int length, ulong? port)
    {
        byte[] bytes = new byte[length];
        return port is { } number && common.At(member) is { } at && _objects.Reader.Read(at, bytes).IsOk ? NetAddresses.Endpoint(bytes, number) : null;
    }

    private static ulong? NetworkPort(ObjectView common) =>
        common.UInt("skc_dport") is { } raw ? ((raw & 0xff) << 8) | ((raw >> 8) & 0xff) : null;

    /// <summary>A path, an abstract name with @ for its NUL, or "" when it has none.</summary>
    private string? UnixName(VirtAddr socket)
    {
        var view = new ObjectView(_objects, socket, "unix_sock");
        if (!view.Has("addr"))
        {
            return null;
        }

        if (view.Behind("unix_address", "addr") is not { } address || address.Int("len") is not (> 2 and <= MaxUnixPath + 2 and { } length)
            || address.At("name") is not { } name)
        {
            return "";
        }

        byte[] bytes = new byte[length - 2];
        if (!_objects.Reader.Read(name + 2, bytes).IsOk)
        {
            return null;
        }

        string text = System.Text.Encoding.Latin1.GetString(bytes);
        return bytes[0] == 0 ? "@" + text[1..] : text.Split('\0')[0];
    }

    private string? UnixPeer(VirtAddr socket) =>
        new ObjectView(_objects, socket, "unix_sock").Pointer("peer") is { } peer ? UnixName(peer) is { Length: > 0 } name ? name : peer.ToString() : "";

    private static string? NetlinkName(ObjectView socket) =>
        socket.UInt("portid") is { } port ? FormattableString.Invariant($"protocol {socket.UInt("sk.sk_protocol")} port {port}") : null;

    private static string? PacketName(ObjectView socket) =>
        socket.Int("ifindex") is { } index && socket.UInt("num") is { } raw
            ? FormattableString.Invariant($"protocol 0x{((raw & 0xff) << 8) | (raw >> 8):x4} interface {index}")
            : null;

    /// <summary>As /proc/net/tcp: what was not read, and what was not acknowledged.</summary>
    private static (ulong? Received, ulong? Sent) TcpQueues(ObjectView socket, ulong state)
    {
        if (state == Listen)
        {
            return (socket.UInt("sk_ack_backlog"), 0);
        }

        ObjectView tcp = socket.Other(socket.Address, "tcp_sock");
        static ulong? Distance(ulong? later, ulong? earlier) => later is { } end && earlier is { } start ? Math.Max(0, unchecked((int)(uint)(end - start))) is var length ? (ulong)length : null : null;
        return (Distance(tcp.UInt("rcv_nxt"), tcp.UInt("copied_seq")), Distance(tcp.UInt("write_seq"), tcp.UInt("snd_una")));
    }

    /// <summary>Memory of what was received and of what is being sent; the count of sk_wmem_alloc is one too high by design.</summary>
    private static (ulong? Received, ulong? Sent) PlainQueues(ObjectView socket) =>
        (socket.UInt("sk_backlog.rmem_alloc.counter", "sk_rmem_alloc.counter"),
            socket.UInt("sk_wmem_alloc.refs.counter", "sk_wmem_alloc.counter") is { } sent ? Math.Max(sent, 1) - 1 : null);

    /// <summary>struct socket lies in front of its inode (struct socket_alloc).</summary>
    private ulong? InodeOf(ObjectView socket) =>
        socket.Pointer("sk_socket") is { } at && _objects.Types.FindOffset("socket_alloc", "vfs_inode") is { } inode
        && _objects.Types.FindOffset("socket_alloc", "socket") is { } inAlloc
            ? _objects.FindUInt(at - inAlloc + inode, "inode", "i_ino")
            : null;
}
