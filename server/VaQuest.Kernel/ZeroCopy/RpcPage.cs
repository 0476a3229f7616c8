// RpcPage: a page that a thread of an RPC server holds.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.ZeroCopy;

/// <summary>A page.</summary>
/// <param name="Page">Its struct page.</param>
/// <param name="Offset">Of the reply's first byte in it; 0 when it is not of the reply's body.</param>
/// <param name="Length">Bytes of the reply in it; the whole page when it is not of the reply's body.</param>
/// <param name="Where">"RPC reply" for pages between rq_respages and rq_next_page, else "RPC thread's pages".</param>
/// <param name="Request">The struct svc_rqst.</param>
/// <param name="Socket">The struct sock that the reply goes to; null when it is not known.</param>
public sealed record RpcPage(VirtAddr Page, ulong Offset, ulong Length, string Where, ObjectView Request, VirtAddr? Socket);
