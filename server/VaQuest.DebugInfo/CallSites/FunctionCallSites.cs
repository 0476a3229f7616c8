// FunctionCallSites: the calls of one function.
namespace VaQuest.DebugInfo.CallSites;

/// <summary>What debug information says of a function's calls.</summary>
/// <param name="Sites">In file order.</param>
/// <param name="AreTailCallsComplete">True when the compiler says that all tail calls are among them.</param>
public sealed record FunctionCallSites(IReadOnlyList<CallSite> Sites, bool AreTailCallsComplete);
