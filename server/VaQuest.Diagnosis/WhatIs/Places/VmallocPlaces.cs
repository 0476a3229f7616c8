// VmallocPlaces: addresses of the vmalloc area.
using VaQuest.Binary;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel;
using VaQuest.Kernel.Memory.Layout;
using VaQuest.Kernel.Memory.Vmalloc;
using VaQuest.Kernel.Symbols;

namespace VaQuest.Diagnosis.WhatIs.Places;

/// <summary>Which area, who asked for it, and which physical page is there. The module area is searched too.</summary>
internal sealed class VmallocPlaces(LinuxKernel kernel, PageLines pages) : IAddressPlaces
{
    public AddressAnswer? Find(VirtAddr address, AddressQuestion question)
    {
        AddressAreaKind? area = kernel.Layout.Find(address)?.Kind;
        if (area is not (AddressAreaKind.Vmalloc or AddressAreaKind.Modules))
        {
            return null;
        }

        if (kernel.VmallocAreas.Find(address, out string? reason) is { } found)
        {
            return Describe(address, found);
        }

        string where = area == AddressAreaKind.Vmalloc ? "in the vmalloc range" : "in the range of modules";
        return new AddressAnswer { Address = address.Value, Kind = AddressKinds.NotMapped, Text = $"{where}, {(reason == "in no vmalloc area" ? "but nothing is mapped there" : reason)}" };
    }

    private AddressAnswer Describe(VirtAddr address, VmallocArea area)
    {
        ulong pageSize = kernel.PageMap.PageSize;
        bool isGuard = area.HasGuard && area.End - address <= pageSize;
        string offset = Words.Hex(address - area.Start);
        string size = Words.Bytes(area.End - area.Start - (area.HasGuard ? Math.Min(pageSize, area.End - area.Start) : 0));
        string caller = area.Caller is { } at && kernel.Symbols.FindAt(at) is { } hit ? ", asked for by " + DumpText.Escape(Short(hit)) : "";
        string text = area.IsUnmapped
            ? $"a vmalloc area at {area.Start} that was freed and waits to be flushed, offset {offset}"
            : $"{(isGuard ? "the guard page of the " : "")}{area.Purpose} area at {area.Start} of {size}, offset {offset}{caller}";
        var details = new List<string>();
        if (area.Physical is { } physical)
        {
            details.Add($"maps physical {physical + (address - area.Start)}");
        }

        if (kernel.Memory.Translate(address, out ReadStatus status) is { } behind)
        {
            details.Add($"physical {behind}" + (kernel.Pages.Read(kernel.PageMap.PfnOf(behind), out _) is { } page ? ": " + pages.Describe(page) : ""));
        }
        else
        {
            details.Add(ReadOutcome.Describe(status));
        }

        bool isStack = area.Caller is { } by && kernel.Symbols.FindAt(by)?.Symbol.Name is "kernel_clone" or "copy_process" or "dup_task_struct" or "_do_fork";
        if (isStack)
        {
            details.Add("a kernel stack that no task has: kept for the next one, or of a task that has ended");
        }

        if (area.Structure is { } structure)
        {
            details.Add($"struct vm_struct at {structure}");
        }

        return new AddressAnswer { Address = address.Value, Kind = AddressKinds.Vmalloc, Text = text, Details = details };
    }

    private static string Short(SymbolHit hit) => FormattableString.Invariant($"{hit.Symbol.Name}+0x{hit.Offset:x}") + (hit.Symbol.Module is { } module ? $" [{module}]" : "");
}
