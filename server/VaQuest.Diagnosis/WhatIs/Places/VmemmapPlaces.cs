// VmemmapPlaces: addresses of struct page.
using VaQuest.Binary;
using VaQuest.DebugInfo.Types;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel;
using VaQuest.Kernel.Memory.Layout;
using VaQuest.Kernel.Memory.Pages;

namespace VaQuest.Diagnosis.WhatIs.Places;

/// <summary>The array of page structures: which page frame, and what that is used for.</summary>
internal sealed class VmemmapPlaces(LinuxKernel kernel, PageLines pages, Func<CType, CType> resolve) : IAddressPlaces
{
    public AddressAnswer? Find(VirtAddr address, AddressQuestion question)
    {
        if (kernel.Layout.Find(address)?.Kind != AddressAreaKind.Vmemmap)
        {
            return null;
        }

        if (kernel.PageMap.FindPfn(address, out ulong offset) is not { } pfn)
        {
            return new AddressAnswer { Address = address.Value, Kind = AddressKinds.NotMapped, Text = "in the array of page structures, where there is no memory for them" };
        }

        VirtAddr start = address - offset;
        string? member = kernel.Types.Catalog?.FindStruct("page") is { } type ? Objects.MemberPaths.At(type, offset, resolve) : null;
        KernelPage? page = kernel.Pages.Read(pfn, out string? reason);
        string use = page is null ? reason! : pages.Describe(page);
        string inside = offset == 0 ? "" : $"+{Words.Hex(offset)}{(member is null ? "" : $" ({member})")}";
        return new AddressAnswer
        {
            Address = address.Value,
            Kind = AddressKinds.StructPage,
            Text = FormattableString.Invariant($"struct page{inside} of page frame {pfn}, physical {kernel.PageMap.PhysicalOf(pfn)}: {use}"),
            Details = page is null ? [] : pages.Details(page),
            Object = new AnswerObject("struct page", start, offset, member, use, true),
        };
    }
}
