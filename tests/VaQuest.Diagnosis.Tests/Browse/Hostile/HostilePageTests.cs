// HostilePageTests: every page over a real dump whose memory is damaged: an answer or a reason, within a bound, never an exception.
using VaQuest.Binary;
using VaQuest.Diagnosis.Browse;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Dumps;
using VaQuest.Kernel;
using VaQuest.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace VaQuest.Diagnosis.Tests.Browse.Hostile;

public sealed class HostilePageTests(ITestOutputHelper output)
{
    /// <summary>Reads of one page of a machine with 50 tasks; the whole one needs less than a tenth.</summary>
    private const long MaxReads = 2_000_000;

    /// <summary>Rows of one page: every list of this machine is far shorter.</summary>
    private const int MaxRows = 400_000;

    public static TheoryData<int, int> Damages
    {
        get
        {
            var data = new TheoryData<int, int>();
            foreach (Bend bend in Enum.GetValues<Bend>())
            {
                data.Add((int)bend, 1);
            }

            data.Add((int)Bend.Circles, 2);
            data.Add((int)Bend.FlippedBits, 2);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public void AnswersWithRowsOrAReason(int bend, int seed) => AskEverything(Lab.Sample()!, (Bend)bend, (ulong)seed);

    /// <summary>The sample's kernel has neither network nor disks.</summary>
    [LabFact("6.1-cloud", "stuck-socket")]
    public void AnswersForAWholeMachine()
    {
        foreach (Bend bend in new[] { Bend.Circles, Bend.HugeCounts, Bend.LostPages })
        {
            AskEverything(Lab.Find("6.1-cloud", "stuck-socket")!, bend, 3);
        }
    }

    private void AskEverything(LabDump sample, Bend bend, ulong seed)
    {
        using Vmcore whole = VmcoreFile.Open(sample.Vmcore);
        (BentMemory memory, DumpSession session) = Open(whole, bend, seed);
        int answered = 0;
        var faults = new List<string>();
        foreach ((string name, string? argument) in Requests(sample))
        {
            memory.Allow(MaxReads);
            try
            {
                Page page = session.GetPage(name, argument, CancellationToken.None);
                answered++;
                Assert.True(page.Tables.Sum(table => table.Rows.Count) < MaxRows, $"{name} has {page.Tables.Sum(table => table.Rows.Count)} rows");
                Assert.True(page.Tables.All(table => table.Rows.All(row => row.Count == table.Columns.Count)), $"{name} has rows that do not fit its columns");
                Assert.NotEmpty(PageRenderer.Render(page).Text);
            }
            catch (DumpFormatException error)
            {
                Assert.DoesNotContain('\n', error.Message);
            }
            catch (Exception error) when (error is not Xunit.Sdk.XunitException)
            {
                faults.Add($"{name} {argument} with {bend}, seed {seed}: {error}");
            }

            if (memory.Reads > MaxReads / 10)
            {
                output.WriteLine($"{bend}: {name} {argument}: {memory.Reads} reads");
            }
        }

        Assert.True(faults.Count == 0, string.Join("\n", faults));
        Assert.True(answered > KernelPages.All.Count / 2, $"only {answered} pages answered: the damage hits what every page needs");
    }

    // The kernel's code, symbols and types stay whole: without them no page begins.
    private static (BentMemory Memory, DumpSession Session) Open(Vmcore whole, Bend bend, ulong seed)
    {
        LinuxKernel kernel = LinuxKernel.Open(whole, new KernelOpenOptions());
        ulong Physical(string symbol) => kernel.Memory.Translate(kernel.Symbols.FindAddress(symbol)!.Value, out _)!.Value.Value;
        (ulong from, ulong to) = (Physical("_text"), Physical("__end_rodata"));
        var memory = new BentMemory(whole.Memory, bend, seed, address => address < from || address >= to);
        var bent = new Vmcore
        {
            Path = whole.Path,
            Format = whole.Format,
            Architecture = whole.Architecture,
            PageSize = whole.PageSize,
            IsComplete = whole.IsComplete,
            PhysicalBytes = whole.PhysicalBytes,
            Memory = memory,
            Pages = whole.Pages,
            Vmcoreinfo = whole.Vmcoreinfo,
            CpuNotes = whole.CpuNotes,
            Notes = whole.Notes,
            Ranges = whole.Ranges,
        };
        return (memory, DumpSession.Open(bent, new SessionOptions { UseDebugInfo = false }));
    }

    private static IEnumerable<(string Name, string? Argument)> Requests(LabDump sample)
    {
        using IDumpSession plain = DumpSession.Open(sample.Vmcore, new SessionOptions { UseDebugInfo = false }, CancellationToken.None);
        foreach (PageKind kind in KernelPages.All)
        {
            if (!kind.IsArgumentNeeded)
            {
                yield return (kind.Name, null);
            }
        }

        string FirstOf(string page, string key) => plain.GetPage(page, null, CancellationToken.None).Tables
            .Select(table => table.Columns.ToList().FindIndex(column => column.Key == key) is >= 0 and { } column && table.Rows.Count > 0 ? $"0x{table.Rows[^1][column].Bits:x}" : null).FirstOrDefault(text => text is not null) ?? "0xffff888000100000";
        string file = FirstOf("files", "file");
        string task = $"0x{plain.GetTasks(CancellationToken.None)[1].Address.Value:x}";
        foreach ((string name, string argument) in new[]
        {
            ("memory", "init_task"), ("dis", "schedule"), ("task", "1"), ("task", "0"), ("maps", "1"), ("files", "1"), ("mounts", "1"), ("file", file), ("dentry", file), ("inode", file),
            ("holders", "1"), ("holders", FirstOf("filecache", "inode")), ("slabs", "kmalloc-64"), ("slabs", "dentry"), ("lock", "mutex:" + task), ("lock", "rwsem:" + task), ("lock", "spinlock:" + task),
            ("lock", "percpu_rwsem:" + task), ("lock", "rt_mutex:" + task), ("walk", "list:" + task), ("walk", "rbtree:" + task), ("walk", "xarray:" + task), ("walk", "maple_tree:" + task),
            ("walk", "hlist:" + task), ("walk", "llist:" + task), ("walk", "idr:" + task), ("array", $"struct task_struct:{task}:.comm"), ("socket", FirstOf("sockets", "address")), ("runq", "0"),
        })
        {
            yield return (name, argument);
        }
    }
}
