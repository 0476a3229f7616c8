// SocketsPage: sockets by protocol.
using VaQuest.Binary;
using VaQuest.Kernel.Net;
using VaQuest.Kernel.Objects;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>`vaquest sockets`: what `ss -a` would have shown, with the processes that have them open.</summary>
internal static class SocketsPage
{
    private static readonly Column[] s_columns =
    [
        new("protocol", "protocol"), new("state", "state"), new("receiveQueue", "recv-q", IsRight: true), new("sendQueue", "send-q", IsRight: true),
        new("local", "local"), new("remote", "remote"), new("receiveMemory", "rmem", IsRight: true), new("sendMemory", "wmem", IsRight: true),
        new("inode", "inode", IsRight: true), new("namespace", "netns", IsRight: true), new("owners", "open in"), new("address", "struct sock"),
    ];

    public static PageSource Source { get; } = new(
        "sockets", "Sockets (tcp, udp, unix, netlink, raw, packet): state, addresses, queues, and who has them open.", "PROTOCOL", false, Read);

    private static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        if (argument is not null && !SocketReader.Protocols.Contains(argument))
        {
            throw new DumpFormatException(
                FormatError.BadValue, $"{context.Kernel.Dump.Path}: there is no protocol \"{argument}\"; say one of {string.Join(", ", SocketReader.Protocols)}");
        }

        var notes = new List<string>();
        var reader = new SocketReader(context.Kernel);
        SocketOwners owners = SocketOwners.Read(context.Kernel, cancellation);
        List<KernelSocket> sockets = All(reader, owners, argument, notes, cancellation);
        return new Page("sockets", argument is null ? "Sockets at the crash" : $"Sockets of {argument} at the crash", [
            new Table("sockets", "Sockets", s_columns, [.. sockets.Select(socket => RowOf(socket, owners))]) { Notes = [.. notes.Distinct()] },
        ]);
    }

    /// <summary>The sockets of one protocol, or all: those in tables, and those that only files lead to.</summary>
    public static List<KernelSocket> All(SocketReader reader, SocketOwners owners, string? protocol, List<string> notes, CancellationToken cancellation)
    {
        List<KernelSocket> sockets = [.. reader.Read(protocol, notes, cancellation)];
        AddOpened(sockets, owners, reader, protocol);
        return sockets;
    }

    /// <summary>The tasks that have a socket or pipe open.</summary>
    public static Cell Owners(IReadOnlyList<SocketUse> uses) => Cell.List([.. uses.Select(use => Cells.Task(use.Task))]);

    /// <summary>Sockets that are neither bound nor connected are in no table; their files lead to them.</summary>
    private static void AddOpened(List<KernelSocket> sockets, SocketOwners owners, SocketReader reader, string? protocol)
    {
        var known = sockets.Select(socket => socket.Object.Address.Value).ToHashSet();
        foreach (VirtAddr address in owners.Sockets)
        {
            if (known.Add(address.Value) && reader.Read(address, null) is { } socket && (protocol is null || socket.Protocol.TrimEnd('6') == protocol))
            {
                sockets.Add(socket);
            }
        }
    }

    private static IReadOnlyList<Cell> RowOf(KernelSocket socket, SocketOwners owners)
    {
        const string Small = "no whole socket";
        ObjectView view = socket.Object;
        string why = socket.IsFull ? "not in the dump" : Small;
        return
        [
            Cell.Of(socket.Protocol), Cell.Of(socket.State), Cell.Of(socket.ReceiveQueue, why), Cell.Of(socket.SendQueue, why),
            Cell.Of(socket.Local, "not known"), Cell.Of(socket.Remote ?? ""),
            socket.IsFull ? Cells.Int(view, "sk_backlog.rmem_alloc.counter") : Cell.Absent(Small),
            socket.IsFull ? Cells.Int(view, "sk_wmem_queued") : Cell.Absent(Small),
            Cell.Of(socket.Inode, socket.IsFull ? "no file" : Small), Cell.Of(socket.Namespace, "not in the dump"), Owners(owners.Find(view.Address)),
            socket.IsFull ? Cell.Address(view.Address, "", "struct sock", "socket/" + view.Address) : Cell.Address(view.Address, "", "struct sock_common"),
        ];
    }
}
