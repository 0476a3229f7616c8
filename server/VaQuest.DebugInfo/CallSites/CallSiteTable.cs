// CallSiteTable: reads the call sites of functions from DWARF.
using VaQuest.Binary;
using VaQuest.DebugInfo.Dwarf;

namespace VaQuest.DebugInfo.CallSites;

/// <summary>Reads one function's entries for each question; nothing is indexed. Safe for concurrent callers.</summary>
public sealed class CallSiteTable(DwarfImage image) : ICallSiteLookup
{
    /// <summary>The largest functions of a kernel have some hundreds.</summary>
    public const int MaxSites = 65_536;

    // DW_AT_call_all_source_calls, and the names the GNU tools had before DWARF 5.
    private const int AllSourceCalls = 0x7b;
    private const int GnuTarget = 0x2113;
    private const int GnuTailCall = 0x2115;
    private const int GnuAllTailCalls = 0x2116;
    private const int GnuAllCalls = 0x2117;
    private const int GnuAllSourceCalls = 0x2118;

    /// <inheritdoc/>
    public FunctionCallSites? FindCallSites(ulong address, string? section)
    {
        ulong origin = 0;
        SectionLayout layout = image.Sections.Layout;
        if (layout.IsRelocatable)
        {
            if (layout.FindBase(section ?? ".text") is not { } found)
            {
                return null;
            }

            origin = found;
        }

        try
        {
            return image.FindUnit(address, section) is { } unit && unit.Functions.Find(unchecked(address + origin)) is var range and >= 0
                ? Read(unit, unit.Functions.PositionOf(range), origin)
                : null;
        }
        catch (DumpFormatException error)
        {
            image.Report(error);
            return null;
        }
    }

    private static FunctionCallSites? Read(DwarfUnit unit, int position, ulong origin)
    {
        DieReader reader = unit.ReaderAt(position);
        if (!reader.TryReadEntry(out Abbreviation function))
        {
            return null;
        }

        bool isComplete = ReadFunction(ref reader, function);
        var sites = new Growable<CallSite>();
        int depth = function.HasChildren ? 1 : 0;

        // Depth at which an entry of something else (a nested function, a type) was entered: calls below it are not this function's.
        int foreign = int.MaxValue;
        while (depth > 0 && !reader.IsAtEnd)
        {
            int at = reader.Position;
            if (!reader.TryReadEntry(out Abbreviation abbreviation))
            {
                depth--;
                foreign = depth <= foreign ? int.MaxValue : foreign;
                continue;
            }

            switch (abbreviation.Tag)
            {
                case DwarfTag.CallSite or DwarfTag.GnuCallSite when foreign == int.MaxValue:
                    AddSite(unit, ref reader, abbreviation, at, origin, sites);
                    break;
                case DwarfTag.CallSite or DwarfTag.GnuCallSite or DwarfTag.LexicalBlock or DwarfTag.InlinedSubroutine or DwarfTag.TryBlock or DwarfTag.CatchBlock:
                    reader.SkipAttributes(abbreviation);
                    break;
                default:
                    if (!reader.SkipEntry(abbreviation))
                    {
                        foreign = Math.Min(foreign, depth);
                        depth++;
                    }

                    continue;
            }

            depth += abbreviation.HasChildren ? 1 : 0;
        }

        return new FunctionCallSites(sites.ToArray(), isComplete);
    }

    private static bool ReadFunction(ref DieReader reader, in Abbreviation function)
    {
        bool isComplete = false;
        foreach (ref readonly AttributeSpec spec in reader.SpecsOf(function))
        {
            DwarfValue value = reader.ReadValue(spec);
            bool says = spec.Name is DwarfAttribute.CallAllCalls or DwarfAttribute.CallAllTailCalls
                || (int)spec.Name is AllSourceCalls or GnuAllTailCalls or GnuAllCalls or GnuAllSourceCalls;
            isComplete |= says && value.Bits != 0;
        }

        return isComplete;
    }

    private static void AddSite(DwarfUnit unit, ref DieReader reader, in Abbreviation abbreviation, int at, ulong origin, Growable<CallSite> sites)
    {
        DwarfValue end = default;
        bool isTail = false;
        bool hasOrigin = false;
        bool hasTarget = false;
        foreach (ref readonly AttributeSpec spec in reader.SpecsOf(abbreviation))
        {
            DwarfValue value = reader.ReadValue(spec);
            switch (spec.Name)
            {
                case DwarfAttribute.CallReturnPc or DwarfAttribute.LowPc:
                    end = value;
                    break;
                case DwarfAttribute.CallTailCall or (DwarfAttribute)GnuTailCall:
                    isTail = value.Bits != 0;
                    break;
                case DwarfAttribute.CallOrigin or DwarfAttribute.AbstractOrigin:
                    hasOrigin = value.IsPresent;
                    break;
                case DwarfAttribute.CallTarget or (DwarfAttribute)GnuTarget:
                    hasTarget = value.IsPresent;
                    break;
                default:
                    break;
            }
        }

        if (sites.Count == MaxSites)
        {
            throw DwarfErrors.TooMany(".debug_info", unit.Offset + at, "more calls in one function than there can be", MaxSites);
        }

        if (end.IsPresent)
        {
            sites.Add(new CallSite(unchecked(unit.AddressOf(end) - origin), isTail, hasTarget || !hasOrigin));
        }
    }
}
