// HoldersPage: who still holds a page of the page cache.
using System.Globalization;
using VaQuest.Binary;
using VaQuest.Dumps.Vmcoreinfo;
using VaQuest.Kernel;
using VaQuest.Kernel.Net;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Tasks;
using VaQuest.Kernel.ZeroCopy;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>
/// `vaquest holders`: which fragments of socket buffers, pipe buffers and bios in flight hold a page, or any page of a file, up to the socket and the
/// task.
/// </summary>
internal static class HoldersPage
{
    /// <summary>Uses that are listed.</summary>
    private const int MaxRows = 10_000;

    private static readonly Column[] s_columns =
    [
        new("pfn", "pfn", IsRight: true), new("page", "struct page"), new("file", "file"), new("index", "page of it", IsRight: true),
        new("offset", "offset", IsRight: true), new("length", "bytes", IsRight: true), new("where", "held in"), new("protocol", "protocol"),
        new("local", "local"), new("remote", "remote"), new("tasks", "open in"), new("holder", "holder"), new("owner", "of"),
    ];

    public static PageSource Source { get; } = new(
        "holders", "Who still holds a page without a copy: socket buffers, pipes, I/O in flight. The argument is a page frame number, a struct page, or an inode.",
        "PFN|PAGE|INODE", true, Read);

    private static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        LinuxKernel kernel = context.Kernel;
        (Pfn? frame, VirtAddr? inode) = Parse(context, argument!);
        var notes = new List<string>();
        var reader = new SocketReader(kernel);
        SocketOwners owners = SocketOwners.Read(kernel, cancellation);
        List<KernelSocket> sockets = SocketsPage.All(reader, owners, null, notes, cancellation);
        var bySocket = new Dictionary<ulong, KernelSocket>();
        foreach (KernelSocket socket in sockets)
        {
            bySocket.TryAdd(socket.Object.Address.Value, socket);
        }

        ulong pageSize = kernel.PageMap.PageSize;
        var names = new FileNames(kernel);
        var rows = new List<IReadOnlyList<Cell>>();
        var servers = new RpcServers(kernel.Objects, new KernelObjects(kernel.Reader, new KernelTypes(VmcoreinfoTable.Empty, () => new ModuleTypes(context.Values, "sunrpc"))), kernel.Tasks, pageSize);
        IReadOnlyDictionary<VirtAddr, KernelTask> served = servers.Sockets(out string? problem);
        notes.AddRange(Cells.Notes(servers.Missing, problem));
        foreach (PageUse use in PageUses.Read(kernel, sockets, notes, cancellation).Concat(PageUses.ReadRpc(kernel, servers, cancellation)))
        {
            CachedPage? cached = CachedPage.Find(kernel, use.Page);
            bool isMeant = frame is { } one ? use.Touches(one, pageSize) : cached?.Inode == inode;
            if (isMeant && rows.Count < MaxRows)
            {
                rows.Add(RowOf(use, cached, names, bySocket.GetValueOrDefault(use.Owner.Address.Value), owners, served));
            }
        }

        notes.Add("looked at: sockets' queues, pipes, block requests, and pages of the kernel's RPC servers (NFS); those in other drivers are found by vaquest pointers");
        return new Page("holders", frame is { } number ? FormattableString.Invariant($"Holders of page frame {number}") : $"Holders of pages of the inode at {inode}", [
            new Table("holders", "Holders", s_columns, rows) { Notes = [.. notes.Distinct()] },
        ]);
    }

    /// <summary>A decimal page frame number; else an address: of a struct page, or of an inode.</summary>
    private static (Pfn? Frame, VirtAddr? Inode) Parse(PageContext context, string argument)
    {
        if (argument.Length < 16 && ulong.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number))
        {
            return (new Pfn(number), null);
        }

        VirtAddr address = PageArguments.Address(context, argument);
        if (context.Kernel.PageMap.FindPfn(address, out ulong inside) is { } frame && inside == 0)
        {
            return (frame, null);
        }

        return context.Kernel.Objects.FindPointer(address, "inode", "i_mapping") is not null
            ? (null, address)
            : throw PageArguments.Fail(context, $"{address} is neither a struct page nor an inode");
    }

    private static IReadOnlyList<Cell> RowOf(PageUse use, CachedPage? cached, FileNames names, KernelSocket? socket, SocketOwners owners, IReadOnlyDictionary<VirtAddr, KernelTask> served)
    {
        IReadOnlyList<SocketUse> tasks = socket is null ? owners.FindPipe(use.Owner.Address) : owners.Find(use.Owner.Address);
        Cell users = tasks.Count == 0 && served.GetValueOrDefault(use.Owner.Address) is { } server ? Cell.List([Cells.Task(server)]) : SocketsPage.Owners(tasks);
        return
        [
            Cell.Of(use.Frame.Value), Cell.Address(use.Page, "", "struct page"), names.Of(cached), Cell.Of(cached?.Index, "no page of a file"), Cell.Of(use.Offset),
            Cell.Of(use.Length), Cell.Of(use.Where), Cell.Of(socket?.Protocol ?? ""), Cell.Of(socket?.Local ?? ""), Cell.Of(socket?.Remote ?? ""),
            users, Cell.Address(use.Holder.Address, "", "struct " + use.Holder.Tag),
            Cell.Address(use.Owner.Address, "", "struct " + use.Owner.Tag, socket is null ? null : "socket/" + use.Owner.Address),
        ];
    }
}
