// CallSite: a call, or a jump that stands for one, as the compiler noted it.
namespace VaQuest.DebugInfo.CallSites;

/// <summary>A DW_TAG_call_site (DWARF 5, 3.4) or DW_TAG_GNU_call_site entry.</summary>
/// <param name="End">
/// First byte behind the call or jump (DW_AT_call_return_pc): a link-time address; in a relocatable file the offset inside the section.
/// </param>
/// <param name="IsTailCall">True when it is a jump, so that the calling function leaves no frame.</param>
/// <param name="IsIndirect">True when the compiler did not know the function that is called: it is called through a pointer.</param>
public readonly record struct CallSite(ulong End, bool IsTailCall, bool IsIndirect);
