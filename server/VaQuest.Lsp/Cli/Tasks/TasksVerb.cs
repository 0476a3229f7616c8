// TasksVerb: `vaquest ps`.
using System.CommandLine;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Tasks;
using VaQuest.Lsp.Cli.Json;

namespace VaQuest.Lsp.Cli.Tasks;

/// <summary>Prints the tasks.</summary>
internal sealed class TasksVerb() : DumpVerb("ps", "Print the tasks; \">\" marks those that a CPU was executing.")
{
    protected override int Answer(IDumpSession session, ParseResult arguments, Output output, CancellationToken cancellation)
    {
        IReadOnlyList<KernelTask> tasks = session.GetTasks(cancellation);
        if (IsJson(arguments))
        {
            WriteJson(output.Out, tasks);
        }
        else
        {
            output.Write(TaskListRenderer.Render(tasks));
        }

        return ExitCode.Answered;
    }

    private static void WriteJson(TextWriter writer, IReadOnlyList<KernelTask> tasks)
    {
        const string unread = "it could not be read";
        using var json = new JsonOutput(writer, "ps");
        json.Objects("tasks", tasks, task =>
        {
            json.Integer("pid", task.Pid);
            json.Number("tgid", task.Tgid, unread);
            json.Number("ppid", task.ParentPid, unread);
            json.Text("comm", task.Comm);
            json.Text("state", task.State);
            json.Number("cpu", task.Cpu, unread);
            json.Flag("onCpu", task.IsOnCpu);
            json.Flag("kernelThread", task.IsKernelThread);
            json.Address("task", task.Address, "");
            json.Address("stack", task.Stack, unread);
            json.Number("residentBytes", VaQuest.Diagnosis.Reports.Fact.From(task.ResidentBytes, "a kernel thread has no memory of its own"));
            json.Number("virtualBytes", VaQuest.Diagnosis.Reports.Fact.From(task.VirtualBytes, "a kernel thread has no memory of its own"));
        });
    }
}
