// ModuleListRenderer: the list of modules as a table.
using VaQuest.Binary;
using VaQuest.Kernel.Modules;

namespace VaQuest.Diagnosis.Text;

/// <summary>Renders `vaquest mods`: one line per module, as lsmod with the address of its code.</summary>
public static class ModuleListRenderer
{
    public static AnnotatedText Render(IReadOnlyList<KernelModule> modules)
    {
        var text = new AnnotatedTextBuilder();
        text.Write("MODULE                        SIZE  REFS  STATE     TEXT              TAINTS / USED BY", SpanKind.Heading).EndLine();
        foreach (KernelModule module in modules)
        {
            text.Write(DumpText.Escape(module.Name), SpanKind.Module, new SpanTarget { Module = module.Name });
            string size = Words.Number((long)Math.Min(module.Size, long.MaxValue));
            text.Pad(34 - size.Length).Write(size);
            text.Write((module.ReferenceCount is { } count ? Words.Number(count) : "?").PadLeft(6));
            text.Write("  ").Write(module.State).Pad(52);
            if (FindText(module) is { } start)
            {
                text.Write(Words.FullHex(start.Value), SpanKind.Address, new SpanTarget { Address = start, Module = module.Name });
            }
            else
            {
                text.Write("?");
            }

            string notes = string.Join(", ", module.Taints) + (module.UsedBy.Count > 0 ? " used by " + string.Join(",", module.UsedBy) : "");
            text.Pad(70).Write(DumpText.Escape(notes.Trim())).EndLine();
        }

        text.AddSection("Modules", Words.Count(modules.Count, "module"), SectionKind.Modules, 0, 0);
        return text.Build();
    }

    private static VirtAddr? FindText(KernelModule module)
    {
        foreach (ModuleRegion region in module.Regions)
        {
            if (region.Kind is "text" or "core")
            {
                return region.Start;
            }
        }

        return null;
    }
}
