// RpcServersTests: an NFS server's reply that holds pages of a file, in fake memory.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Tasks;
using VaQuest.Kernel.ZeroCopy;
using Xunit;

namespace VaQuest.Kernel.Tests.Net;

public sealed class RpcServersTests
{
    private const ulong Task = 0xffff888000010000;
    private const ulong Thread = 0xffff888000020000;
    private const ulong Request = 0xffff888000030000;
    private const ulong Slots = 0xffff888000040000;
    private const ulong Server = 0xffff888000050000;
    private const ulong Transport = 0xffff888000060000;
    private const ulong Socket = 0xffff888000070000;
    private const ulong Sock = 0xffff888000080000;
    private const ulong Page = 0xffffea0000000000;

    private readonly FakeKernelMemory _memory = new();

    private readonly FakeTypes _types = new(
        "task_struct: worker_private",
        "kthread: data",
        "socket: sk",
        "svc_rqst: rq_xprt rq_server rq_res.pages rq_res.page_base rq_res.page_len rq_pages rq_maxpages rq_respages rq_next_page rq_task",
        "svc_serv: sv_name sv_permsocks.next sv_permsocks.prev sv_tempsocks.next sv_tempsocks.prev",
        "svc_xprt: xpt_class xpt_list.next xpt_list.prev",
        "svc_sock: sk_xprt.xpt_class sk_xprt.next sk_xprt.prev sk_sock sk_sk");

    public RpcServersTests()
    {
        Set(Task, "task_struct", "worker_private", Thread);
        Set(Thread, "kthread", "data", Request);
        Set(Request, "svc_rqst", "rq_task", Task);
        Set(Request, "svc_rqst", "rq_server", Server);
        Set(Request, "svc_rqst", "rq_xprt", Transport);
        Set(Request, "svc_rqst", "rq_pages", Slots);
        Set(Request, "svc_rqst", "rq_maxpages", 6);
        Set(Request, "svc_rqst", "rq_respages", Slots + 8);
        Set(Request, "svc_rqst", "rq_next_page", Slots + 32);
        Set(Request, "svc_rqst", "rq_res.pages", Slots + 16);
        Set(Request, "svc_rqst", "rq_res.page_base", 100);
        Set(Request, "svc_rqst", "rq_res.page_len", 5000);
        for (ulong i = 0; i < 5; i++)
        {
            _memory.WriteUInt64(Slots + (i * 8), Page + (i * 64));
        }

        _memory.WriteUInt64(Slots + 40, 0);
        Set(Transport, "svc_sock", "sk_sock", Socket);
        Set(Transport, "svc_sock", "sk_sk", Sock);
        Set(Socket, "socket", "sk", Sock);
        Link("sv_permsocks", Transport);
        Link("sv_tempsocks");
        _memory.Write(0xffff888000090000, "nfsd\0"u8);
        Set(Server, "svc_serv", "sv_name", 0xffff888000090000);
    }

    [Fact]
    public void ShowsThePagesOfAReplyWithTheirPieces()
    {
        ObjectView request = Assert.Single(Servers().Requests()).Request;
        Assert.Equal(
            [
                ("RPC thread's pages", 0UL, 4096UL), ("RPC reply", 0UL, 4096UL), ("RPC reply", 100UL, 3996UL), ("RPC reply", 0UL, 1004UL), ("RPC thread's pages", 0UL, 4096UL),
            ],
            Servers().Pages(request).Select(page => (page.Where, page.Offset, page.Length)));
        Assert.All(Servers().Pages(request), page => Assert.Equal(new VirtAddr(Sock), page.Socket));
    }

    [Fact]
    public void KnowsTheSocketsOfTheServer()
    {
        Set(Request, "svc_rqst", "rq_xprt", 0);
        Assert.Equal(new VirtAddr(Sock), Assert.Single(Servers().Sockets(out string? problem)).Key);
        Assert.Null(problem);
    }

    [Fact]
    public void TakesNoThreadThatIsNone()
    {
        Set(Request, "svc_rqst", "rq_task", Task + 64);
        Assert.Empty(Servers().Requests());
        Assert.Empty(Servers("kworker").Requests());
    }

    [Fact]
    public void SaysThatTypesAreMissing()
    {
        var without = new FakeTypes("task_struct: worker_private", "kthread: data");
        KernelObjects objects = without.Over(_memory);
        Assert.Contains("debug information of the module sunrpc", new RpcServers(objects, objects, Tasks("nfsd"), 4096).Missing, StringComparison.Ordinal);
        Assert.Null(new RpcServers(objects, objects, Tasks("sh"), 4096).Missing);
        Assert.Null(Servers().Missing);
    }

    [Fact]
    public void EndsOnDamage()
    {
        // A list of sockets that leads to itself, a count beyond every array, a reply that begins nowhere.
        Set(Transport, "svc_xprt", "xpt_list.next", Transport + 8);
        Set(Request, "svc_rqst", "rq_maxpages", ulong.MaxValue);
        Set(Request, "svc_rqst", "rq_res.page_base", ulong.MaxValue - 4);
        Set(Request, "svc_rqst", "rq_res.page_len", ulong.MaxValue);
        ObjectView request = Assert.Single(Servers().Requests()).Request;
        Assert.Equal(5, Servers().Pages(request).Count);
        Servers().Sockets(out string? problem);
        Assert.Contains("circle", problem, StringComparison.Ordinal);
    }

    private RpcServers Servers(string comm = "nfsd")
    {
        KernelObjects objects = _types.Over(_memory);
        return new RpcServers(objects, objects, Tasks(comm), 4096);
    }

    private static TaskList Tasks(string comm) =>
        new([new KernelTask { Address = new VirtAddr(Task), Pid = 700, Comm = comm, State = "S", IsKernelThread = true }], [], null);

    private void Set(ulong structure, string tag, string path, ulong value) => _types.Set(_memory, structure, tag, path, value);

    private void Link(string list, params ulong[] transports)
    {
        ulong head = _types.AddressOf(Server, "svc_serv", list + ".next");
        ulong at = head;
        foreach (ulong transport in transports)
        {
            ulong node = _types.AddressOf(transport, "svc_xprt", "xpt_list.next");
            _memory.WriteUInt64(at, node);
            _memory.WriteUInt64(node + 8, at);
            at = node;
        }

        _memory.WriteUInt64(at, head);
        _memory.WriteUInt64(head + 8, at);
    }
}
