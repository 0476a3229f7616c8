// SocketPage: one socket with what waits in its queues.
using VaQuest.Binary;
using VaQuest.Kernel;
using VaQuest.Kernel.Net;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.ZeroCopy;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>`vaquest socket`: state, queues, buffers, and the files whose pages wait in them.</summary>
internal static class SocketPage
{
    private const int MaxRows = 10_000;

    private static readonly Column[] s_bufferColumns =
    [
        new("queue", "queue"), new("address", "struct sk_buff"), new("length", "bytes", IsRight: true), new("fragmentBytes", "in fragments", IsRight: true),
        new("fragments", "fragments", IsRight: true), new("truesize", "truesize", IsRight: true), new("users", "users", IsRight: true),
    ];

    private static readonly Column[] s_pageColumns =
    [
        new("queue", "queue"), new("file", "file"), new("index", "page of it", IsRight: true), new("pfn", "pfn", IsRight: true), new("page", "struct page"),
        new("offset", "offset", IsRight: true), new("length", "bytes", IsRight: true), new("buffer", "struct sk_buff"),
    ];

    public static PageSource Source { get; } = new(
        "socket", "One socket: state, buffers in its queues, and the files whose pages wait there.", "ADDR", true, Read);

    private static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        LinuxKernel kernel = context.Kernel;
        VirtAddr address = PageArguments.Address(context, argument!);
        if (new SocketReader(kernel).Read(address, null) is not { } socket || kernel.Types.FindMember("sock", "sk_protocol") is null)
        {
            throw PageArguments.Fail(context, $"no socket can be read at {address}");
        }

        var notes = new List<string>();
        var buffers = new SocketBuffers(kernel);
        var names = new FileNames(kernel);
        var bufferRows = new List<IReadOnlyList<Cell>>();
        var pageRows = new List<IReadOnlyList<Cell>>();
        foreach ((string queue, ObjectView buffer) in buffers.Read(socket.Object, notes))
        {
            cancellation.ThrowIfCancellationRequested();
            IReadOnlyList<PageUse> uses = buffers.Fragments(queue, buffer, socket.Object);
            bufferRows.Add(
            [
                Cell.Of(queue), Cell.Address(buffer.Address, "", "struct sk_buff"), Cells.UInt(buffer, "len"), Cells.UInt(buffer, "data_len"),
                buffers.Missing is { } reason ? Cell.Absent(reason) : Cell.Of((long)uses.Count), Cells.UInt(buffer, "truesize"),
                Cells.UInt(buffer, "users.refs.counter", "users.counter"),
            ]);
            pageRows.AddRange(uses.Select(use => RowOf(kernel, use, names)).OfType<IReadOnlyList<Cell>>());
        }

        SocketOwners owners = SocketOwners.Read(kernel, cancellation);
        string? cut = pageRows.Count > MaxRows || bufferRows.Count > MaxRows ? FormattableString.Invariant($"only the first {MaxRows} rows of a table are listed") : null;
        return new Page("socket", $"Socket {address} at the crash", [
            Table.Record("socket", "Socket", [
                ("protocol", "protocol", Cell.Of(socket.Protocol)), ("state", "state", Cell.Of(socket.State)), ("local", "local", Cell.Of(socket.Local ?? "")),
                ("remote", "remote", Cell.Of(socket.Remote ?? "")), ("receiveQueue", "receive queue, bytes", Cell.Of(socket.ReceiveQueue, "not in the dump")),
                ("sendQueue", "send queue, bytes", Cell.Of(socket.SendQueue, "not in the dump")), ("receiveBuffer", "receive buffer", Cells.Int(socket.Object, "sk_rcvbuf")),
                ("sendBuffer", "send buffer", Cells.Int(socket.Object, "sk_sndbuf")), ("error", "error", Cells.Int(socket.Object, "sk_err")),
                ("owners", "open in", SocketsPage.Owners(owners.Find(address))), ("address", "struct sock", Cell.Address(address, "", "struct sock")),
            ]),
            new Table("buffers", "Buffers in its queues", s_bufferColumns, [.. bufferRows.Take(MaxRows)]) { Notes = Cells.Notes([.. notes, cut, buffers.Missing]) },
            new Table("filePages", "Pages of files in its queues", s_pageColumns, [.. pageRows.Take(MaxRows)]),
        ]);
    }

    private static List<Cell>? RowOf(LinuxKernel kernel, PageUse use, FileNames names) => CachedPage.Find(kernel, use.Page) is { } cached
        ?
        [
            Cell.Of(use.Where), names.Of(cached), Cell.Of(cached.Index), Cell.Of(use.Frame.Value), Cell.Address(use.Page, "", "struct page"), Cell.Of(use.Offset),
            Cell.Of(use.Length), Cell.Address(use.Holder.Address, "", "struct sk_buff"),
        ]
        : null;
}
