// OutOfTreeModuleInStack: a module that is not part of the kernel takes part in the crash.
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Modules;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Findings;

/// <summary>Names the tainting modules in the panic stack.</summary>
internal static class OutOfTreeModuleInStack
{
    public static Finding? Check(FindingContext context)
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
            "tainted-module-in-stack",
            "note",
            names.Count == 1 ? $"Module {DumpText.Escape(names[0])} in the panic stack taints the kernel" : "Modules in the panic stack taint the kernel",
            "The kernel's own developers do not maintain such code; its source is needed to go on.",
            evidence);
    }
}
