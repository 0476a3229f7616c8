// IReplacedReturns: return addresses that a tracer has replaced on the stack.
using VaQuest.Binary;

namespace VaQuest.Kernel.Unwind;

/// <summary>A seam, so that walks can be tested without a kernel. Never throws on data.</summary>
internal interface IReplacedReturns
{
    /// <summary>What a word on the stack stood for before a tracer replaced it; null when it is an ordinary return address.</summary>
    /// <param name="returnAddress">The word.</param>
    /// <param name="at">Where on the stack it is.</param>
    ReplacedReturn? Find(ulong returnAddress, VirtAddr at);
}
