// BacktraceVerb: `vaquest bt`.
using System.CommandLine;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Text;
using VaQuest.Diagnosis.Values;
using VaQuest.Kernel.Unwind;
using VaQuest.Lsp.Cli.Json;

namespace VaQuest.Lsp.Cli.Backtrace;

/// <summary>Prints backtraces: the panic stack, or those that are asked for.</summary>
internal sealed class BacktraceVerb : DumpVerb
{
    private readonly Option<int?> _cpu = new("--cpu") { HelpName = "N", Description = "What this CPU was executing." };
    private readonly Option<int?> _pid = new("--pid") { HelpName = "N", Description = "The thread with this id; 0 for the idle tasks." };
    private readonly Option<bool> _all = new("--all") { Description = "Every thread." };

    private readonly Option<bool> _locals = new("--locals") { Description = "Arguments and local variables under each frame." };

    public BacktraceVerb()
        : base("bt", "Print the panic stack, or the stacks that are asked for.")
    {
        Add(_cpu);
        Add(_pid);
        Add(_all);
        Add(_locals);
    }

    protected override int Answer(IDumpSession session, ParseResult arguments, Output output, CancellationToken cancellation)
    {
        var selection = new StackSelection { Cpu = arguments.GetValue(_cpu), Pid = arguments.GetValue(_pid), All = arguments.GetValue(_all) };
        int chosen = (selection.Cpu is null ? 0 : 1) + (selection.Pid is null ? 0 : 1) + (selection.All ? 1 : 0);
        if (chosen > 1)
        {
            throw new UsageException("--cpu, --pid and --all exclude each other; give one of them");
        }

        SessionValues? values = arguments.GetValue(_locals) ? session.Values : null;
        IReadOnlyList<StackTrace> stacks = session.GetStacks(selection, cancellation);
        if (IsJson(arguments))
        {
            using var json = new JsonOutput(output.Out, "bt");
            json.Objects("stacks", stacks, stack => StackJson.Write(json, stack, values));
        }
        else
        {
            bool hasPanic = stacks.Any(stack => stack.IsPanicStack);
            int culprit = hasPanic ? session.GetCrashReport(cancellation).Panic.CulpritIndex ?? -1 : -1;
            output.Write(StackListRenderer.Render(stacks, culprit, values));
        }

        return ExitCode.Answered;
    }
}
