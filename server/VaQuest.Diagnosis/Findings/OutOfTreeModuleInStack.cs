// OutOfTreeModuleInStack: a module that is not part of the kernel takes part in the crash.
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Modules;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Findings;

/// <summary>Names the tainting modules in the panic stack.</summary>
internal static class OutOfTreeModuleInStack
{
    public static readonly FindingRule Rule = new()
    {
        Id = "tainted-module-in-stack",
        Severity = FindingSeverity.Note,
        Title = "A module in the panic stack taints the kernel",
        Meaning = "Code that is not part of this kernel's source, or not signed by its builder, took part in the crash. That is where to look, not yet the proof that it is at fault.",
        Evidence = "The taint flags that the kernel keeps for each module, and the first frame of the module in the panic stack.",
        Advice = "Get the module's source and debug file (`--debug`, `vaquest.debugDirectories`) to see lines and values in its frames. "
            + "Ask its maker, not the kernel's developers, for help.",
        Check = Check,
    };

    private static Finding? Check(FindingContext context)
    {
        var evidence = new List<Evidence>();
        var names = new List<string>();
        foreach (StackFrame frame in context.PanicStack?.Frames ?? [])
        {
            KernelModule? module = frame.Module is null || names.Contains(frame.Module) ? null
                : context.Material.Modules.FirstOrDefault(m => m.Name == frame.Module);
            if (module is { Taints.Count: > 0 })
            {
                names.Add(module.Name);
                evidence.Add(new Evidence($"{DumpText.Escape(module.Name)}: {string.Join(", ", module.Taints)}; frame {FrameText.NameOf(frame)}")
                    { Address = frame.Pc });
            }
        }

        return names.Count == 0 ? null : new Finding(
            Rule.Id,
            Rule.Severity,
            names.Count == 1 ? $"Module {DumpText.Escape(names[0])} in the panic stack taints the kernel" : "Modules in the panic stack taint the kernel",
            "The kernel's own developers do not maintain such code; its source is needed to go on.",
            evidence);
    }
}
