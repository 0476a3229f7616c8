// ModulesVerb: `vaquest mods`.
using System.CommandLine;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Modules;
using VaQuest.Lsp.Cli.Json;

namespace VaQuest.Lsp.Cli.Modules;

/// <summary>Prints the modules.</summary>
internal sealed class ModulesVerb() : DumpVerb("mods", "Print the loaded modules.")
{
    protected override int Answer(IDumpSession session, ParseResult arguments, Output output, CancellationToken cancellation)
    {
        IReadOnlyList<KernelModule> modules = session.GetModules(cancellation);
        if (IsJson(arguments))
        {
            WriteJson(output.Out, modules);
        }
        else
        {
            output.Write(ModuleListRenderer.Render(modules));
        }

        return ExitCode.Answered;
    }

    private static void WriteJson(TextWriter writer, IReadOnlyList<KernelModule> modules)
    {
        using var json = new JsonOutput(writer, "mods");
        json.Objects("modules", modules, module =>
        {
            json.Text("name", module.Name);
            json.Address("module", module.Address, "");
            json.Text("state", module.State);
            json.Integer("size", module.Size);
            json.Number("references", module.ReferenceCount, "it could not be read");
            json.Texts("usedBy", module.UsedBy);
            json.Texts("taints", module.Taints);
            json.Text("buildId", module.BuildId, "it could not be read");
            json.Text("version", module.Version, "the module has none");
            json.Text("sourceVersion", module.SourceVersion, "the module has none");
            json.Objects("regions", module.Regions, region =>
            {
                json.Text("kind", region.Kind);
                json.Address("start", region.Start, "");
                json.Integer("size", region.Size);
            });
        });
    }
}
