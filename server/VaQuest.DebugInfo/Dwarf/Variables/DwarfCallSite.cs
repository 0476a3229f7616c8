// DwarfCallSite: one call in a function's code, as debug information describes it.
using VaQuest.Binary;

namespace VaQuest.DebugInfo.Dwarf.Variables;

/// <summary>DW_TAG_call_site (DWARF 5, 3.4.1), or the GNU form before DWARF 5.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="ReturnPc">Address behind the call, as the debug information has it; 0 when it is not told.</param>
/// <param name="Origin">The function that is called; null for a call through a pointer.</param>
/// <param name="Target">Computes the function's address in the caller, for a call through a pointer; null when that is not known.</param>
/// <param name="IsTailCall">True for a jump that ends the function.</param>
public sealed record DwarfCallSite(DwarfDie Entry, ulong ReturnPc, DwarfDie? Origin, byte[]? Target, bool IsTailCall)
{
    // Calls of one function; the largest of a kernel has some thousand.
    private const int MaxSites = 1 << 16;

    private const int MaxParameters = 64;

    private const int MaxDepth = 512;

    /// <summary>What the caller knows of the arguments. Never throws on data.</summary>
    public IReadOnlyList<CallSiteParameter> ReadParameters()
    {
        var parameters = new List<CallSiteParameter>();
        try
        {
            foreach (DwarfDie child in Entry.EnumerateChildren().Take(MaxParameters))
            {
                if (child.Tag is DwarfTag.CallSiteParameter or DwarfTag.GnuCallSiteParameter && BlockOf(child, DwarfAttribute.Location) is { } location)
                {
                    parameters.Add(new CallSiteParameter(
                        location,
                        BlockOf(child, DwarfAttribute.CallValue) ?? BlockOf(child, DwarfAttribute.GnuCallSiteValue),
                        BlockOf(child, DwarfAttribute.CallDataLocation),
                        BlockOf(child, DwarfAttribute.CallDataValue) ?? BlockOf(child, DwarfAttribute.GnuCallSiteDataValue)));
                }
            }
        }
        catch (DumpFormatException error)
        {
            Entry.Unit.Image.Report(error);
        }

        return parameters;
    }

    /// <summary>The call in a function that returns to an address; null when debug information does not have it.</summary>
    public static DwarfCallSite? FindByReturn(DwarfDie function, ulong returnPc) =>
        ReadAll(function).FirstOrDefault(site => !site.IsTailCall && site.ReturnPc == returnPc);

    /// <summary>All calls in a function, those in inlined code too. Never throws on data.</summary>
    public static IReadOnlyList<DwarfCallSite> ReadAll(DwarfDie function)
    {
        var sites = new List<DwarfCallSite>();
        try
        {
            Collect(function, sites, 0);
        }
        catch (DumpFormatException error)
        {
            function.Unit.Image.Report(error);
        }

        return sites;
    }

    /// <summary>True when the compiler says that it described every call that leaves the function by a jump.</summary>
    public static bool AreTailCallsComplete(DwarfDie function) =>
        function.Find(DwarfAttribute.CallAllCalls).Bits != 0 || function.Find(DwarfAttribute.CallAllTailCalls).Bits != 0
        || function.Find(DwarfAttribute.GnuAllCallSites).Bits != 0 || function.Find(DwarfAttribute.GnuAllTailCallSites).Bits != 0;

    private static void Collect(DwarfDie scope, List<DwarfCallSite> sites, int depth)
    {
        foreach (DwarfDie child in scope.EnumerateChildren())
        {
            switch (child.Tag)
            {
                case DwarfTag.CallSite or DwarfTag.GnuCallSite when sites.Count < MaxSites:
                    sites.Add(Read(child));
                    break;
                case DwarfTag.LexicalBlock or DwarfTag.InlinedSubroutine when depth < MaxDepth:
                    Collect(child, sites, depth + 1);
                    break;
                default:
                    break;
            }
        }
    }

    private static DwarfCallSite Read(DwarfDie entry)
    {
        bool isGnu = entry.Tag == DwarfTag.GnuCallSite;
        DwarfValue pc = entry.Find(isGnu ? DwarfAttribute.LowPc : DwarfAttribute.CallReturnPc);
        DwarfValue origin = entry.Find(isGnu ? DwarfAttribute.AbstractOrigin : DwarfAttribute.CallOrigin);
        bool isTail = entry.Find(isGnu ? DwarfAttribute.GnuTailCall : DwarfAttribute.CallTailCall).Bits != 0;
        return new DwarfCallSite(
            entry,
            pc.IsPresent ? entry.Unit.AddressOf(pc) : 0,
            origin.IsPresent ? entry.Unit.ReferenceOf(origin) : null,
            BlockOf(entry, isGnu ? DwarfAttribute.GnuCallSiteTarget : DwarfAttribute.CallTarget),
            isTail);
    }

    private static byte[]? BlockOf(DwarfDie entry, DwarfAttribute attribute)
    {
        DwarfValue value = entry.Find(attribute);
        return value.IsBlock ? entry.Unit.BlockOf(value).ToArray() : null;
    }
}
