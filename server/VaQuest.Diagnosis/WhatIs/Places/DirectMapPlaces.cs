// DirectMapPlaces: addresses of the direct map: slab objects and pages.
using VaQuest.Binary;
using VaQuest.DebugInfo.Types;
using VaQuest.Diagnosis.Text;
using VaQuest.Diagnosis.WhatIs.Objects;
using VaQuest.Kernel;
using VaQuest.Kernel.Memory.Layout;
using VaQuest.Kernel.Memory.Pages;
using VaQuest.Kernel.Memory.Slabs;

namespace VaQuest.Diagnosis.WhatIs.Places;

/// <summary>The object that holds the address, or what its page is used for.</summary>
internal sealed class DirectMapPlaces(LinuxKernel kernel, PageLines pages, ObjectLines lines, Func<string, string?, StructType?> findStruct, Func<CType, CType> resolve)
    : IAddressPlaces
{
    private readonly KnownObjects _known = new(kernel);

    public AddressAnswer? Find(VirtAddr address, AddressQuestion question)
    {
        if (kernel.Layout.Find(address)?.Kind != AddressAreaKind.DirectMap || kernel.PageMap.FromDirectMap(address) is not { } physical)
        {
            return null;
        }

        if (kernel.Slabs.FindObject(address, out string? reason) is { } found)
        {
            return OfSlab(address, found).With($"physical {physical}", pages.DescribeBlock(physical));
        }

        if (kernel.Pages.Read(kernel.PageMap.PfnOf(physical), out string? missing) is not { } page)
        {
            return new AddressAnswer
            {
                Address = address.Value,
                Kind = missing?.StartsWith("no memory", StringComparison.Ordinal) == true ? AddressKinds.NotMapped : AddressKinds.DirectMap,
                Text = $"direct map of physical {physical}: {missing}",
                Details = pages.DescribeBlock(physical) is { } block ? [block] : [],
            };
        }

        return new AddressAnswer
        {
            Address = address.Value,
            Kind = page.Kind == PageKind.Slab ? AddressKinds.Slab : AddressKinds.Page,
            Text = page.Kind == PageKind.Slab ? reason! : $"page: {pages.Describe(page)}",
            Details = [FormattableString.Invariant($"physical {physical}, page frame {page.Pfn}"), .. pages.Details(page)],
        };
    }

    private AddressAnswer OfSlab(VirtAddr address, SlabObject found)
    {
        SlabCache cache = found.Cache;
        string? owner = cache.Constructor is { } constructor ? kernel.Symbols.FindModule(constructor)?.Name : null;
        StructType? type = CacheTypes.Find(cache, findStruct, owner);
        bool isCertain = type is not null && (CacheTypes.IsProof(cache) || lines.IsProven(type, found.Start));
        KnownObject? known = isCertain || found.State == SlabObjectState.Free ? null : _known.Find(address);
        type = known?.Type ?? type;
        isCertain |= known is not null;
        AnswerObject? typed = type is null || found.Part != SlabObjectPart.Object ? null : Typed(address, known?.Start ?? found.Start, type, isCertain);
        string state = found.State switch
        {
            SlabObjectState.Allocated => "allocated",
            SlabObjectState.Free => "free",
            SlabObjectState.FreeAfterGracePeriod => "freed, kept for RCU readers",
            _ => "not known to be free or allocated",
        };
        string part = found.Part switch
        {
            SlabObjectPart.LeftRedZone => FormattableString.Invariant($"in the red zone, {-found.Offset} bytes before the"),
            SlabObjectPart.Behind => FormattableString.Invariant($"behind the end, offset {Words.Hex((ulong)found.Offset)}, of the"),
            _ => "",
        };
        string member = typed is null ? "" : $": {(isCertain ? "" : "likely ")}{type!.Name}{(typed.Member is { } name ? "." + name : "")}";
        string offset = found.Part == SlabObjectPart.Object && found.Offset > 0 ? "+" + Words.Hex((ulong)found.Offset) : "";
        string text = FormattableString.Invariant(
            $"{(part.Length > 0 ? part + " " : "")}{state} object {found.Start}{offset} of slab cache {cache.Name} ({cache.ObjectSize} bytes){member}");
        var details = new List<string>();
        bool isAlive = found.State is SlabObjectState.Allocated or SlabObjectState.Unknown;
        if (typed?.Summary is { } summary)
        {
            details.Add(isAlive ? summary : "was: " + summary);
        }

        if (known is not null)
        {
            details.Add($"known: {known.How}");
        }

        details.Add($"{state}: {found.Proof}");
        details.AddRange(found.Damage.Where(damage => damage != found.Proof).Select(DumpText.Escape));
        details.AddRange(SlabChecks.Describe(kernel, found));
        details.Add(FormattableString.Invariant(
            $"object {found.Index} of {found.Slab.ObjectCount} in the slab at {found.Slab.Start}{(kernel.Slabs.FreeMapOf(found.Slab).Owner is { } active ? ", " + active : "")}"));
        return new AddressAnswer { Address = address.Value, Kind = AddressKinds.Slab, Text = text, Details = details, Object = typed };
    }

    private AnswerObject Typed(VirtAddr address, VirtAddr start, StructType type, bool isCertain)
    {
        string? member = MemberPaths.At(type, address - start, resolve);
        return new AnswerObject("struct " + type.Name, start, address - start, member, isCertain ? lines.Find(type, start) : null, isCertain);
    }
}
