// RpcServers: the threads of the kernel's RPC servers (NFS, lockd), the pages that they hold, and their sockets.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Kernel.ZeroCopy;

/// <summary>
/// struct svc_rqst and svc_serv (include/linux/sunrpc/svc.h), which only the types of the module sunrpc have. A thread's pages stand in rq_pages; those from
/// rq_respages up to rq_next_page are the reply, where a spliced read puts pages of the file itself. Bounded; never throws on data.
/// </summary>
/// <param name="kernel">Members of the kernel's own structures.</param>
/// <param name="rpc">Members of sunrpc's structures.</param>
/// <param name="tasks">All tasks.</param>
/// <param name="pageSize">Of the machine.</param>
public sealed class RpcServers(KernelObjects kernel, KernelObjects rpc, TaskList tasks, ulong pageSize)
{
    /// <summary>Threads of all servers; the largest NFS servers run some thousands.</summary>
    private const int MaxThreads = 65_536;

    /// <summary>RPCSVC_MAXPAGES is 259, 1027 since 6.16; rq_maxpages tells it there.</summary>
    private const ulong MaxPages = 4096;

    /// <summary>Sockets of one server: a connection each.</summary>
    private const int MaxSockets = 100_000;

    private const int MaxName = 64;

    private static readonly string[] s_names = ["nfsd", "lockd", "NFSv4 callback", "nfsv4.0-svc", "nfsv4.1-svc"];

    /// <summary>Why the servers' structures cannot be read although threads of them run; null when there is nothing to miss.</summary>
    public string? Missing => Threads().Any() && rpc.Types.FindOffset("svc_rqst", "rq_task") is null
        ? "the kernel runs an RPC server, and what its threads hold is not known: that needs the debug information of the module sunrpc" : null;

    /// <summary>The requests that threads work on: the struct svc_rqst of each, with its task.</summary>
    public IEnumerable<(KernelTask Task, ObjectView Request)> Requests()
    {
        if (rpc.Types.FindOffset("svc_rqst", "rq_task") is null)
        {
            yield break;
        }

        foreach (KernelTask task in Threads())
        {
            // task_struct.worker_private since 5.17; set_child_tid before, for kernel threads.
            if (kernel.FindPointer(task.Address, "task_struct", "worker_private", "set_child_tid") is { } thread
                && kernel.FindPointer(thread, "kthread", "data") is { } data && rpc.FindPointer(data, "svc_rqst", "rq_task") == task.Address)
            {
                yield return (task, new ObjectView(rpc, data, "svc_rqst"));
            }
        }
    }

    /// <summary>The pages of a request; those of the reply with the piece of it that they hold.</summary>
    public IReadOnlyList<RpcPage> Pages(ObjectView request)
    {
        var pages = new List<RpcPage>();
        if (First(request, out ulong count) is not { } first)
        {
            return pages;
        }

        ulong word = (ulong)rpc.Reader.WordSize;
        ulong reply = request.UInt("rq_respages") ?? 0;
        ulong next = request.UInt("rq_next_page") ?? 0;
        ulong body = request.UInt("rq_res.pages") ?? 0;
        ulong into = request.UInt("rq_res.page_base") ?? 0;
        ulong length = request.UInt("rq_res.page_len") ?? 0;
        VirtAddr? socket = SocketOf(request.Pointer("rq_xprt"));
        for (ulong i = 0; i < count; i++)
        {
            ulong slot = (first + (i * word)).Value;
            if (rpc.Reader.FindPointer(new VirtAddr(slot)) is not { } page)
            {
                continue;
            }

            bool isReply = slot >= reply && slot < next;
            ulong start = body == 0 || slot < body ? 0 : unchecked((slot - body) / word * pageSize);
            ulong end = unchecked(start + pageSize);
            bool isBody = isReply && body != 0 && slot >= body && end > into && start < unchecked(into + length);
            ulong from = isBody && into > start ? into - start : 0;
            ulong bytes = isBody ? Math.Min(end, into + length) - start - from : pageSize;
            pages.Add(new RpcPage(page, from, bytes, isReply ? "RPC reply" : "RPC thread's pages", request, socket));
        }

        return pages;
    }

    /// <summary>The sockets of the servers: the struct sock of each, with a thread of its server.</summary>
    public IReadOnlyDictionary<VirtAddr, KernelTask> Sockets(out string? problem)
    {
        var sockets = new Dictionary<VirtAddr, KernelTask>();
        var servers = new HashSet<ulong>();
        problem = null;
        foreach ((KernelTask task, ObjectView request) in Requests())
        {
            if (SocketOf(request.Pointer("rq_xprt")) is { } own)
            {
                sockets[own] = task;
            }

            if (request.Behind("svc_serv", "rq_server") is not { } server || !servers.Add(server.Address.Value) || rpc.Types.FindOffset("svc_xprt", "xpt_list") is not { } link)
            {
                continue;
            }

            foreach (string list in new[] { "sv_permsocks", "sv_tempsocks" })
            {
                if (server.At(list) is not { } head)
                {
                    continue;
                }

                foreach (VirtAddr transport in rpc.ReadList(head, link, MaxSockets, out string? damage))
                {
                    if (SocketOf(transport) is { } socket)
                    {
                        sockets.TryAdd(socket, task);
                    }

                    problem ??= damage is null ? null : $"the sockets of the server {server.TextBehind(MaxName, "sv_name") ?? "?"} are not all known: {damage}";
                }
            }
        }

        return sockets;
    }

    private IEnumerable<KernelTask> Threads() => tasks.All.Where(task => task.IsKernelThread && s_names.Contains(task.Comm)).Take(MaxThreads);

    // An array in the structure until 6.15; a pointer since.
    private VirtAddr? First(ObjectView request, out ulong count)
    {
        ulong word = (ulong)rpc.Reader.WordSize;
        ulong size = (ulong)(rpc.Types.FindMember("svc_rqst", "rq_pages")?.Size ?? 0);
        bool isPointer = size == word;
        count = Math.Min(isPointer ? request.UInt("rq_maxpages") ?? 0 : size / word, MaxPages);
        return isPointer ? request.Pointer("rq_pages") : request.At("rq_pages");
    }

    // A transport over a socket is the first member of a struct svc_sock whose operations are those of svcsock.c; others have no struct sock there.
    private VirtAddr? SocketOf(VirtAddr? transport) =>
        transport is { } at && rpc.Types.FindOffset("svc_sock", "sk_xprt") is { } offset && rpc.FindPointer(at - offset, "svc_sock", "sk_sk") is { } socket
        && rpc.FindPointer(at - offset, "svc_sock", "sk_sock") is { } outer && kernel.FindPointer(outer, "socket", "sk") == socket ? socket : null;
}
