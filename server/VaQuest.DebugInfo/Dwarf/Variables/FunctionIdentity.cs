// FunctionIdentity: whether two entries mean the same function.
using VaQuest.Binary;

namespace VaQuest.DebugInfo.Dwarf.Variables;

/// <summary>Compares functions as a linker would: by entry, or by name when both are external.</summary>
public static class FunctionIdentity
{
    private const int MaxChain = 16;

    /// <summary>True when <paramref name="named"/>, which a call site refers to, means the function of <paramref name="function"/>.</summary>
    public static bool AreSame(DwarfDie named, DwarfDie function)
    {
        try
        {
            DwarfDie? at = function;
            for (int i = 0; i < MaxChain && at is { } entry; i++)
            {
                bool isEntry = entry.InfoOffset == named.InfoOffset && ReferenceEquals(entry.Unit.Image, named.Unit.Image);
                if (isEntry || OriginOf(named) is { } origin && origin.InfoOffset == entry.InfoOffset)
                {
                    return true;
                }

                at = OriginOf(entry);
            }

            return IsExternal(named) && IsExternal(function) && named.FindName() is { } name && name == function.FindName();
        }
        catch (DumpFormatException error)
        {
            function.Unit.Image.Report(error);
            return false;
        }
    }

    private static DwarfDie? OriginOf(DwarfDie entry)
    {
        DwarfValue origin = entry.Find(DwarfAttribute.AbstractOrigin);
        origin = origin.IsPresent ? origin : entry.Find(DwarfAttribute.Specification);
        return origin.IsPresent ? entry.Unit.ReferenceOf(origin) : null;
    }

    private static bool IsExternal(DwarfDie entry) =>
        entry.Find(DwarfAttribute.External).Bits != 0 || (OriginOf(entry)?.Find(DwarfAttribute.External).Bits ?? 0) != 0;
}
