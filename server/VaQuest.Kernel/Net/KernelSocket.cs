// KernelSocket: a socket of the crashed kernel.
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Net;

/// <summary>A socket (struct sock), or what stands for one in the table of TCP: a request or a closed connection that waits.</summary>
public sealed record KernelSocket
{
    /// <summary>Its struct sock; of a small form only struct sock_common is there.</summary>
    public required ObjectView Object { get; init; }

    /// <summary>tcp, tcp6, udp, udp6, unix, netlink, raw, raw6, packet, or another family's number.</summary>
    public required string Protocol { get; init; }

    /// <summary>ESTABLISHED, LISTEN, …</summary>
    public required string State { get; init; }

    /// <summary>False for requests and connections in TIME_WAIT, which have no queues.</summary>
    public bool IsFull { get; init; } = true;

    public string? Local { get; init; }

    public string? Remote { get; init; }

    /// <summary>Bytes that were received and not yet read (of a listening socket: connections not yet accepted), or null.</summary>
    public ulong? ReceiveQueue { get; init; }

    /// <summary>Bytes that were written and not yet acknowledged or sent, or null.</summary>
    public ulong? SendQueue { get; init; }

    /// <summary>Inode number of the socket's file, or null when no file has it.</summary>
    public ulong? Inode { get; init; }

    /// <summary>Number of the network namespace, or null.</summary>
    public ulong? Namespace { get; init; }
}
