// WaitsJson: the wait-for graph as JSON.
using VaQuest.Diagnosis.Explain.Waits;
using VaQuest.Diagnosis.Sources;
using VaQuest.Kernel.Locks;
using VaQuest.Kernel.Tasks;
using VaQuest.Kernel.Unwind;
using VaQuest.Lsp.Cli.Json;

namespace VaQuest.Lsp.Cli.Waits;

/// <summary>Writes `vaquest.waits/1`.</summary>
internal static class WaitsJson
{
    public static void Write(TextWriter writer, WaitGraph graph)
    {
        using var json = new JsonOutput(writer, "waits");
        json.Objects("deadlocks", graph.Deadlocks, deadlock =>
        {
            json.Flag("certain", deadlock.IsCertain);
            json.Objects("tasks", deadlock.Waits, wait => WriteTask(json, wait.Task));
            json.Objects("behind", deadlock.Behind, wait => WriteTask(json, wait.Task));
        });
        json.Objects("roots", graph.Roots, root =>
        {
            WriteTask(json, root.Task);
            json.Text("activity", root.Activity);
            json.Objects("behind", root.Behind, wait => WriteTask(json, wait.Task));
        });
        json.Objects("waits", graph.Waits, wait => WriteWait(json, wait));
        json.Texts("notes", graph.Notes);
    }

    private static void WriteWait(JsonOutput json, TaskWait wait)
    {
        WriteTask(json, wait.Task);
        json.Text("state", wait.Task.State);
        json.Text("kind", WaitWords.Of(wait.Class));
        json.Text("what", wait.What);
        json.Text("mode", wait.Mode, "there is one way to wait for it, or it is not known");
        json.Flag("io", wait.IsIo);
        json.Write("caller", VaQuest.Diagnosis.Reports.Fact.From(wait.Caller, "the stack does not show it"), caller => json.Object(() => WriteCaller(json, caller)));
        json.Write("lock", VaQuest.Diagnosis.Reports.Fact.From(wait.Lock, "it is not known, or there is none"), state => json.Object(() => WriteLock(json, wait, state)));
        json.Objects("holders", wait.Holders, holder =>
        {
            WriteTask(json, holder.Task);
            json.Flag("certain", holder.IsCertain);
            json.Text("relation", WaitWords.Relation(wait, holder));
            json.Text("how", holder.How);
        });
        json.Write("io", VaQuest.Diagnosis.Reports.Fact.From(wait.Io, "it waits for no request to a disk, or for none that was found"), io => json.Object(() => WriteIo(json, io)));
        json.Number("seconds", VaQuest.Diagnosis.Reports.Fact.From(wait.Seconds, "it runs, or the kernel does not tell when it last ran"));
        json.Text("noHolder", wait.NoHolder, "somebody has it");
    }

    private static void WriteIo(JsonOutput json, IoWait io)
    {
        json.Address("request", io.Request, "");
        json.Text("disk", io.Disk);
        json.Text("operation", io.Operation);
        json.Text("place", io.Place);
        json.Text("state", io.State);
        json.Text("how", io.How);
    }

    private static void WriteTask(JsonOutput json, KernelTask task)
    {
        json.Integer("pid", task.Pid);
        json.Text("comm", task.Comm);
        json.Address("task", task.Address, "");
        json.Number("cpu", task.IsOnCpu ? task.Cpu : null, "the task was not on a CPU");
    }

    private static void WriteCaller(JsonOutput json, StackFrame caller)
    {
        const string noLine = "no line is known for the address";
        json.Text("function", caller.Function, "no symbol covers the address");
        json.Text("module", caller.Module, "not in a module");
        json.Address("pc", caller.Pc, "");
        json.Text("file", caller.Source is null ? null : SourcePaths.Shorten(caller.Source), noLine);
        json.Number("line", caller.Source is { Line: > 0 } source ? source.Line : null, noLine);
    }

    private static void WriteLock(JsonOutput json, TaskWait wait, LockState state)
    {
        json.Text("kind", WaitWords.Of(state.Kind));
        json.Address("address", state.Address, "");
        json.Text("name", wait.LockName);
        json.Text("state", state.State);
        json.Flag("proved", wait.IsProved);
        json.Text("proof", wait.Proof);
        json.Address("owner", state.Owner, state.NoOwner ?? "");
        json.Flag("ownerExact", state.IsOwnerExact);
        json.Number("readers", state.Readers is { } readers ? (int)Math.Min(readers, int.MaxValue) : null, "no readers hold it, or it has none");
        json.Objects("waiters", state.Waiters, waiter =>
        {
            json.Address("task", waiter.Task, waiter.Cpu is null ? "it could not be read" : "spinlocks queue CPUs, not tasks");
            json.Number("cpu", waiter.Cpu, "it sleeps");
            json.Text("mode", waiter.Mode, "there is one way to wait for it, or it is not known");
        });
        json.Texts("damage", state.Damage);
    }
}
