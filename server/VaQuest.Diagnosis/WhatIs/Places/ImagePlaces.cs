// ImagePlaces: code and data of the kernel and its modules, and generated code.
using VaQuest.Binary;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel;
using VaQuest.Kernel.Modules;
using VaQuest.Kernel.Symbols;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.WhatIs.Places;

/// <summary>Symbols with the section and the kind of memory.</summary>
internal sealed class ImagePlaces(LinuxKernel kernel) : IAddressPlaces
{
    private static readonly (string Start, string End, string Name)[] s_sections =
    [
        ("__init_begin", "__init_end", "init memory"), ("__start_rodata", "__end_rodata", "read-only data"), ("__bss_start", "__bss_stop", "zeroed data (.bss)"),
        ("__brk_base", "__brk_limit", "early boot allocations (.brk)"), ("_sdata", "_edata", "data"),
    ];

    public AddressAnswer? Find(VirtAddr address, AddressQuestion question)
    {
        if (kernel.Symbols.FindModule(address) is { } module)
        {
            return OfModule(module, address);
        }

        if (kernel.Symbols.IsImage(address))
        {
            return OfImage(address);
        }

        return kernel.FindGeneratedCode(address) is { } code
            ? new AddressAnswer
            {
                Address = address.Value,
                Kind = AddressKinds.GeneratedCode,
                Text = $"{DumpText.Escape(code.Name)}+{Words.Hex(address - code.Start)}: generated code (BPF program or trampoline)",
            }
            : null;
    }

    private AddressAnswer OfModule(KernelModule module, VirtAddr address)
    {
        SymbolHit? hit = kernel.Symbols.FindAt(address);
        ModuleRegion? region = module.Regions.FirstOrDefault(r => r.Contains(address));
        SourceAddress? place = kernel.Stacks.FindSourceAddress(address);
        string section = place is { Section: { } name } ? ", section " + DumpText.Escape(name) : "";
        string memory = $"{region?.Kind ?? "memory"} of module {DumpText.Escape(module.Name)}{section}";
        bool isText = hit is { Symbol.IsText: true } || (hit is null && region?.Kind is "text" or "init_text");
        bool isFreed = region?.Kind.StartsWith("init", StringComparison.Ordinal) == true && module.State == "Live";
        var details = new List<string>();
        if (hit is not null)
        {
            details.Add(memory);
        }

        if (isFreed)
        {
            details.Add("init memory, which is freed when the module has started");
        }

        if (address - module.Address < (ulong)(kernel.Types.FindSize("module") ?? 0))
        {
            details.Add($"in the struct module of {DumpText.Escape(module.Name)} at {module.Address}");
        }

        return new AddressAnswer
        {
            Address = address.Value,
            Kind = hit is null ? AddressKinds.Module : isText ? AddressKinds.Text : AddressKinds.Symbol,
            Text = hit is null ? memory : DumpText.Escape(hit.ToString()),
            Details = details,
        };
    }

    private AddressAnswer OfImage(VirtAddr address)
    {
        SymbolHit? hit = kernel.Symbols.FindAt(address);
        bool isText = kernel.Symbols.IsText(address);
        string memory = isText ? "kernel text" : "kernel data" + SectionOf(address);
        bool isInit = IsBetween(address, "__init_begin", "__init_end") || kernel.Symbols.IsFreedInit(address);
        var details = new List<string>();
        if (hit is not null)
        {
            details.Add(memory);
        }

        if (isInit && (kernel.Symbols.IsFreedInit(address) || !isText))
        {
            details.Add("init memory of the kernel, which is freed after the boot");
        }

        return new AddressAnswer
        {
            Address = address.Value,
            Kind = isText ? AddressKinds.Text : AddressKinds.Symbol,
            Text = hit is null ? memory : DumpText.Escape(hit.ToString()),
            Details = details,
        };
    }

    private string SectionOf(VirtAddr address)
    {
        foreach ((string start, string end, string name) in s_sections)
        {
            if (IsBetween(address, start, end))
            {
                return ", " + name;
            }
        }

        return "";
    }

    private bool IsBetween(VirtAddr address, string start, string end) =>
        kernel.Symbols.FindAddress(start) is { } first && kernel.Symbols.FindAddress(end) is { } last && address >= first && address < last;
}
