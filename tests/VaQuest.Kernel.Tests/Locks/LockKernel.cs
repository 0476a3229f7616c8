// LockKernel: kernel memory with the lock structures of Linux 6.1 on x86-64, for tests of the decoders.
using System.Globalization;
using VaQuest.Binary;
using VaQuest.DebugInfo.Types;
using VaQuest.Dumps.Vmcoreinfo;
using VaQuest.Kernel.Cpus;
using VaQuest.Kernel.Locks;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Kernel.Tests.Locks;

/// <summary>Offsets as pahole prints them for 6.1; tasks at <see cref="Task"/> with stacks of 16 KiB.</summary>
internal sealed class LockKernel : ITypeCatalog, ITypeResolver
{
    public const ulong FirstTask = 0xff1100000a000000;
    public const ulong FirstStack = 0xff2000000b000000;
    public const ulong PerCpu = 0xff3000000c000000;
    public const ulong Qnodes = 0x1000;

    private readonly Dictionary<string, StructType> _structs = new(StringComparer.Ordinal);
    private readonly List<CType> _types = [];
    private readonly Dictionary<string, ulong> _symbols = new(StringComparer.Ordinal) { ["qnodes"] = Qnodes };

    public LockKernel()
    {
        Add("mutex", 32, ("owner.counter", 0, 8), ("wait_list", 16, 16));
        Add("mutex_waiter", 32, ("list", 0, 16), ("task", 16, 8));
        Add("rw_semaphore", 40, ("count.counter", 0, 8), ("owner.counter", 8, 8), ("wait_list", 24, 16));
        Add("rwsem_waiter", 48, ("list", 0, 16), ("task", 16, 8), ("type", 24, 4));
        Add("rt_mutex_base", 32, ("waiters.rb_root", 8, 8), ("owner", 24, 8));
        Add("rt_mutex_waiter", 112, ("tree.entry", 0, 24), ("task", 80, 8), ("lock", 88, 8));
        Add("semaphore", 24, ("count", 4, 4), ("wait_list", 8, 16));
        Add("semaphore_waiter", 32, ("list", 0, 16), ("task", 16, 8));
        Add("completion", 32, ("done", 0, 4), ("wait.task_list", 16, 16));
        Add("swait_queue", 24, ("task", 0, 8), ("task_list", 8, 16));
        Add("qspinlock", 4, ("val", 0, 4));
        Add("qnode", 32, ("mcs", 0, 16));
        Add("mcs_spinlock", 16, ("next", 0, 8), ("locked", 8, 4), ("count", 12, 4));
        Add("qrwlock", 8, ("cnts.counter", 0, 4));
        Add("task_struct", 64, ("pi_blocked_on", 32, 8));
        Memory.WriteUInt64(0x9000, PerCpu);
        Memory.WriteUInt64(0x9008, PerCpu + 0x10000);
        Memory.WriteUInt64(0x9100, 3);
        _symbols["__per_cpu_offset"] = 0x9000;
        _symbols["__cpu_possible_mask"] = 0x9100;
        Tasks = new TaskList([.. Enumerable.Range(0, 6).Select(MakeTask)], [], null);
        var objects = new KernelObjects(Memory.Reader, new KernelTypes(VmcoreinfoTable.Empty, () => this));
        Locks = new KernelLocks(objects, Tasks, CpuTable.Read(Memory.Reader, Find), Find);
    }

    public FakeKernelMemory Memory { get; } = new();

    public TaskList Tasks { get; }

    public KernelLocks Locks { get; }

    public string Origin => "test";

    public static ulong Task(int index) => FirstTask + ((ulong)index * 0x1000);

    public static ulong Stack(int index) => FirstStack + ((ulong)index * 0x4000);

    /// <summary>Writes a circular list through nodes, the head first.</summary>
    public void Link(params ulong[] nodes)
    {
        for (int i = 0; i < nodes.Length; i++)
        {
            Memory.WriteUInt64(nodes[i], nodes[(i + 1) % nodes.Length]);
            Memory.WriteUInt64(nodes[i] + 8, nodes[(i + nodes.Length - 1) % nodes.Length]);
        }
    }

    public LockState Read(LockKind kind, ulong address) => Locks.Read(kind, new VirtAddr(address));

    public StackWait? Scan(int task, LockKind kind) =>
        Locks.Waiters.Find(Tasks.All[task], new VirtAddr(Stack(task) + 0x3000), new VirtAddr(Stack(task) + 0x4000), kind);

    public StructType? FindStruct(string tag) => _structs.GetValueOrDefault(tag);

    public EnumType? FindEnum(string tag) => null;

    public CType? FindNamed(string name) => null;

    public long? FindEnumerator(string name) => null;

    public CType Resolve(long id) => _types[(int)id];

    private VirtAddr? Find(string name) => _symbols.TryGetValue(name, out ulong address) ? new VirtAddr(address) : null;

    private KernelTask MakeTask(int index) => new()
    {
        Address = new VirtAddr(Task(index)),
        Pid = 100 + index,
        Comm = "task" + index.ToString(CultureInfo.InvariantCulture),
        State = "D",
        Stack = new VirtAddr(Stack(index)),
    };

    // A dotted path becomes a structure in the structure.
    private void Add(string tag, int size, params (string Path, int Offset, int Size)[] members) =>
        _structs[tag] = new StructType(tag, false, size, [.. members.Select(member => MakeMember(member.Path, member.Offset, member.Size))]);

    private StructMember MakeMember(string path, int offset, int size)
    {
        int dot = path.IndexOf('.', StringComparison.Ordinal);
        CType type = dot < 0 ? new IntegerType("word", size, false, false, false) : new StructType("inner", false, size, [MakeMember(path[(dot + 1)..], 0, size)]);
        _types.Add(type);
        return new StructMember(dot < 0 ? path : path[..dot], offset * 8, 0, new TypeReference(this, _types.Count - 1));
    }
}
