// BacktraceVerb: `vaquest bt`.
using System.CommandLine;
using VaQuest.Diagnosis.Explain;
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

    private readonly Option<bool> _group = new("--group") { Description = "With --all: stacks that are alike once, with the tasks that have them." };

    private readonly Option<bool> _locals = new("--locals") { Description = "Arguments and local variables under each frame." };

    public BacktraceVerb()
        : base("bt", "Print the panic stack, or the stacks that are asked for.")
    {
        Add(_cpu);
        Add(_pid);
        Add(_all);
        Add(_group);
        Add(_locals);
    }

    protected override void CheckUse(ParseResult arguments)
    {
        if (arguments.GetValue(_group) && (!arguments.GetValue(_all) || arguments.GetValue(_locals)))
        {
            throw new UsageException("--group goes with --all and without --locals: stacks that are alike have different values");
        }
    }

    protected override int Answer(IDumpSession session, ParseResult arguments, Output output, CancellationToken cancellation)
    {
        var selection = new StackSelection { Cpu = arguments.GetValue(_cpu), Pid = arguments.GetValue(_pid), All = arguments.GetValue(_all) };
        int chosen = (selection.Cpu is null ? 0 : 1) + (selection.Pid is null ? 0 : 1) + (selection.All ? 1 : 0);
        if (chosen > 1)
        {
            throw new UsageException("--cpu, --pid and --all exclude each other; give one of them");
        }

        if (arguments.GetValue(_group))
        {
            return AnswerGroups(session, session.GetStacks(selection, cancellation), IsJson(arguments), output, cancellation);
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
            output.Write(StackListRenderer.Render(stacks, CulpritIn(session, stacks, cancellation), values));
        }

        return ExitCode.Answered;
    }

    private static int AnswerGroups(IDumpSession session, IReadOnlyList<StackTrace> stacks, bool isJson, Output output, CancellationToken cancellation)
    {
        IReadOnlyList<StackGroup> groups = StackLikeness.Group(stacks);
        if (!isJson)
        {
            output.Write(StackGroupRenderer.Render(groups, CulpritIn(session, stacks, cancellation)));
            return ExitCode.Answered;
        }

        using var json = new JsonOutput(output.Out, "bt");
        json.Objects("groups", groups, group =>
        {
            json.Integer("count", group.Stacks.Count);
            json.Texts("functions", group.Functions);
            json.Objects("tasks", group.Stacks, stack =>
            {
                json.Number("pid", stack.Task?.Pid, "no known task");
                json.Text("comm", stack.Task?.Comm, "no known task");
                json.Number("cpu", stack.Cpu, "the task was not on a CPU");
                json.Text("state", stack.State);
            });
            json.Object("stack", () => StackJson.Write(json, group.Stacks[0]));
        });
        return ExitCode.Answered;
    }

    private static int CulpritIn(IDumpSession session, IReadOnlyList<StackTrace> stacks, CancellationToken cancellation) =>
        stacks.Any(stack => stack.IsPanicStack) ? session.GetCrashReport(cancellation).Panic.CulpritIndex ?? -1 : -1;
}
