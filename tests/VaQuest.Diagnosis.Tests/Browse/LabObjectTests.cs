// LabObjectTests: an object's document of a real dump: what folds, and where its lists lead.
using VaQuest.Binary;
using VaQuest.Diagnosis.Browse;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Tasks;
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.Diagnosis.Tests.Browse;

public sealed class LabObjectTests
{
    private const string Kernel = "6.1-cloud";

    private const string Scenario = "sysrq-c";

    [LabFact(Kernel, Scenario)]
    public void LeadsFromATaskToItsChildren()
    {
        using IDumpSession session = DumpSession.Open(Lab.Find(Kernel, Scenario)!.Vmcore, new SessionOptions(), CancellationToken.None);
        IReadOnlyList<KernelTask> tasks = session.GetTasks(CancellationToken.None);
        KernelTask init = tasks.Single(task => task.Pid == 1);
        AnnotatedText text = session.GetObject(init.Address, "struct task_struct", CancellationToken.None)!;
        Assert.Contains("  .pending.list", text.Text, StringComparison.Ordinal);

        string page = text.Spans.Select(span => span.Target?.Page).Single(name => name?.EndsWith(":task_struct.sibling", StringComparison.Ordinal) == true)!;
        Page walk = session.GetPage("walk", page["walk/".Length..], CancellationToken.None);
        int place = walk.Tables[0].Columns.ToList().FindIndex(column => column.Key == "object");
        Assert.Equal(
            tasks.Where(task => task.ParentPid == 1 && task.Pid > 1).Select(task => task.Address.Value).Order(),
            walk.Tables[0].Rows.Select(row => row[place].Bits).Order());
        Assert.Equal("struct task_struct", walk.Tables[0].Rows[0][place].Target!.ObjectType);
    }

    [LabFact(Kernel, Scenario)]
    public void FoldsStructuresInsideOfAnObject()
    {
        using IDumpSession session = DumpSession.Open(Lab.Find(Kernel, Scenario)!.Vmcore, new SessionOptions(), CancellationToken.None);
        KernelTask init = session.GetTasks(CancellationToken.None).Single(task => task.Pid == 1);
        AnnotatedText text = session.GetObject(init.Address, "struct task_struct", CancellationToken.None)!;
        TextSection entity = text.Sections.Single(section => section.Title == ".se");
        string[] lines = text.Text.Split('\n');
        Assert.EndsWith(".se = {", lines[entity.StartLine], StringComparison.Ordinal);
        Assert.Equal("    },", lines[entity.EndLine + 1]);
        Assert.Equal(1, entity.Level);
    }

    [LabFact(Kernel, Scenario)]
    public void WalksMapleTrees()
    {
        using IDumpSession session = DumpSession.Open(Lab.Find(Kernel, Scenario)!.Vmcore, new SessionOptions(), CancellationToken.None);
        Table maps = session.GetPage("maps", "1", CancellationToken.None).Tables[0];
        Table record = session.GetPage("task", "1", CancellationToken.None).Tables[0];
        Cell memory = record.Rows[0][record.Columns.ToList().FindIndex(column => column.Key == "memory")];
        AnnotatedText text = session.GetObject(new VirtAddr(memory.Bits), "struct mm_struct", CancellationToken.None)!;
        string page = text.Spans.Select(span => span.Target?.Page).Single(name => name?.StartsWith("walk/maple_tree:", StringComparison.Ordinal) == true)!;
        Assert.Equal(maps.Rows.Count, session.GetPage("walk", page["walk/".Length..], CancellationToken.None).Tables[0].Rows.Count);
    }

    [LabFact(Kernel, Scenario)]
    public void RefusesWhatIsNoContainerInOneSentence()
    {
        using IDumpSession session = DumpSession.Open(Lab.Find(Kernel, Scenario)!.Vmcore, new SessionOptions(), CancellationToken.None);
        foreach ((string argument, string reason) in new[]
        {
            ("list", "write KIND:ADDR"), ("queue:0x10", "is no kind of container"), ("list:zz", "is no address"), ("list:0x10:page.nothing", "this kernel has no page.nothing"),
        })
        {
            DumpFormatException error = Assert.Throws<DumpFormatException>(() => session.GetPage("walk", argument, CancellationToken.None));
            Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        }

        Page lost = session.GetPage("walk", "list:0x10", CancellationToken.None);
        Assert.Empty(lost.Tables[0].Rows);
        Assert.Contains("breaks at 0x", lost.Tables[0].Notes[0], StringComparison.Ordinal);
    }
}
