// TaskTarget: what a task's name leads to.
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Diagnosis.Browse.Tree;

/// <summary>The task's page where there is one, else its task_struct.</summary>
internal static class TaskTarget
{
    public static SpanTarget Of(KernelTask task) => new()
    {
        Pid = task.Pid,
        Address = task.Address,
        Symbol = task.Comm,
        ObjectType = "struct task_struct",
        Page = KernelPages.Find("task") is null ? null : FormattableString.Invariant($"task/{task.Pid}"),
    };
}
