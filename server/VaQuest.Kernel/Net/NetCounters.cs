// NetCounters: what a network device received and sent.
namespace VaQuest.Kernel.Net;

/// <summary>Totals since the device exists.</summary>
public sealed record NetCounters(ulong RxPackets, ulong RxBytes, ulong TxPackets, ulong TxBytes, ulong RxErrors, ulong TxErrors, ulong RxDropped, ulong TxDropped);
