// LinuxKernel: a crashed Linux kernel, opened from a dump; every part is read when it is first asked for.
using VaQuest.Binary;
using VaQuest.DebugInfo.Btf;
using VaQuest.DebugInfo.Types;
using VaQuest.Dumps;
using VaQuest.Kernel.Arch;
using VaQuest.Kernel.Cpus;
using VaQuest.Kernel.Facts;
using VaQuest.Kernel.Log;
using VaQuest.Kernel.Memory;
using VaQuest.Kernel.Memory.Hotplug;
using VaQuest.Kernel.Memory.Layout;
using VaQuest.Kernel.Memory.Pages;
using VaQuest.Kernel.Memory.PerCpu;
using VaQuest.Kernel.Memory.Checkers;
using VaQuest.Kernel.Memory.Slabs;
using VaQuest.Kernel.Memory.Users;
using VaQuest.Kernel.Memory.Vmalloc;
using VaQuest.Kernel.Modules;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Recovery;
using VaQuest.Kernel.Symbols;
using VaQuest.Kernel.Tasks;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Kernel;

/// <summary>
/// The root of the kernel layer. Opening reads nothing but VMCOREINFO; each property reads its part once, on first use, and never throws on
/// data: what cannot be read is told by <see cref="Coverage"/>. Safe for concurrent callers.
/// </summary>
public sealed class LinuxKernel
{
    /// <summary>BTF of a distribution's kernel is 4 to 8 MiB.</summary>
    private const ulong MaxBtfBytes = 256 << 20;

    private readonly KernelOpenOptions _options;
    private readonly CoverageLog _coverage = new();
    private readonly IAddressTranslator? _translator;
    private readonly Lazy<IReadOnlyList<KernelModule>> _modules;
    private readonly Lazy<KernelLog> _log;
    private readonly Lazy<CpuTable> _cpus;
    private readonly Lazy<TaskList> _tasks;
    private readonly Lazy<SystemFacts> _facts;
    private readonly Lazy<IReadOnlyDictionary<int, CpuRegisters>> _registers;
    private readonly Lazy<UnwindTables> _unwindTables;
    private readonly Lazy<KernelStacks> _stacks;
    private readonly Lazy<GeneratedCode> _generatedCode;
    private readonly Lazy<AddressLayout> _layout;
    private readonly Lazy<PageMap> _pageMap;
    private readonly Lazy<SlabAllocator> _slabs;
    private readonly Lazy<ObjectHistories> _histories;
    private readonly Lazy<PageReader> _pages;
    private readonly Lazy<MemoryBlocks> _memoryBlocks;
    private readonly Lazy<VmallocAreas> _vmallocAreas;
    private readonly Lazy<UserAreas> _userAreas;
    private readonly Lazy<PerCpuAreas> _perCpuAreas;
    private readonly Lazy<StackIndex> _stackIndex;

    private LinuxKernel(Vmcore dump, KernelOpenOptions options)
    {
        Dump = dump;
        _options = options;
        Architecture = Architectures.Find(dump.Architecture);
        if (dump.Supplement is { } supplement)
        {
            string state = supplement switch { { Vmcoreinfo: null } => CoverageState.Missing, { IsDerived: true } => CoverageState.Partial, _ => CoverageState.Full };
            _coverage.Add("vmcoreinfo", state, supplement.Origin);
        }

        _translator = CreateTranslator();
        Memory = new KernelMemory(dump.Memory, _translator ?? new AbsentTranslator(), Math.Max(4096, dump.PageSize));
        Reader = new KernelReader(Memory, dump.IsBigEndian, dump.WordSize);
        Types = new KernelTypes(dump.Vmcoreinfo, OpenTypes);
        Objects = new KernelObjects(Reader, Types);
        Symbols = new KernelSymbols(
            Reader, dump.Vmcoreinfo, options.ImageSymbols, _coverage, () => Modules, module => ModuleSymbolReader.Read(Objects, module));
        _modules = new Lazy<IReadOnlyList<KernelModule>>(ReadModules);
        _log = new Lazy<KernelLog>(ReadLog);
        _cpus = new Lazy<CpuTable>(ReadCpus);
        _tasks = new Lazy<TaskList>(ReadTasks);
        _facts = new Lazy<SystemFacts>(
            () => new FactsReader(Objects, dump.Vmcoreinfo, Symbols.FindAddress, Cpus, () => Registers.Count, () => Log, dump.PageSize).Read());
        _registers = new Lazy<IReadOnlyDictionary<int, CpuRegisters>>(FindRegisters);
        _unwindTables = new Lazy<UnwindTables>(() => new UnwindTables(this, _coverage, options.CallFrames));
        _stacks = new Lazy<KernelStacks>(() => new KernelStacks(this, options.CallSites));
        _generatedCode = new Lazy<GeneratedCode>(() => new GeneratedCode(this));
        _layout = new Lazy<AddressLayout>(() => Architecture?.ReadLayout?.Invoke(this) ?? AddressLayout.Unknown);
        _pageMap = new Lazy<PageMap>(() => new PageMap(this));
        _slabs = new Lazy<SlabAllocator>(() => SlabAllocator.Open(this));
        _histories = new Lazy<ObjectHistories>(() => new ObjectHistories(this));
        _pages = new Lazy<PageReader>(() => new PageReader(this));
        _memoryBlocks = new Lazy<MemoryBlocks>(() => MemoryBlocks.Read(this));
        _vmallocAreas = new Lazy<VmallocAreas>(() => new VmallocAreas(this));
        _userAreas = new Lazy<UserAreas>(() => new UserAreas(this));
        _perCpuAreas = new Lazy<PerCpuAreas>(() => new PerCpuAreas(this));
        _stackIndex = new Lazy<StackIndex>(() => new StackIndex(this));
        if (_translator is not null)
        {
            Architecture?.RefineTranslator?.Invoke(this, _translator);
        }
    }

    public Vmcore Dump { get; }

    /// <summary>Null when the architecture is not supported yet.</summary>
    public ArchitectureDescriptor? Architecture { get; }

    /// <summary>What could be read how far, as known by now: parts that nobody asked for are not in it.</summary>
    public IReadOnlyList<CoverageEntry> Coverage => _coverage.Snapshot();

    /// <summary>Kernel virtual memory; without translation every read says that the address is not mapped.</summary>
    public KernelMemory Memory { get; }

    public KernelReader Reader { get; }

    public KernelTypes Types { get; }

    public KernelObjects Objects { get; }

    public KernelSymbols Symbols { get; }

    public IReadOnlyList<KernelModule> Modules => _modules.Value;

    public KernelLog Log => _log.Value;

    public CpuTable Cpus => _cpus.Value;

    public TaskList Tasks => _tasks.Value;

    public SystemFacts Facts => _facts.Value;

    /// <summary>Registers by CPU number, of the CPUs that saved them.</summary>
    public IReadOnlyDictionary<int, CpuRegisters> Registers => _registers.Value;

    public KernelStacks Stacks => _stacks.Value;

    /// <summary>Which range of the address space serves what.</summary>
    public AddressLayout Layout => _layout.Value;

    /// <summary>Page frames and their struct pages.</summary>
    public PageMap PageMap => _pageMap.Value;

    /// <summary>Slab caches and their objects.</summary>
    public SlabAllocator Slabs => _slabs.Value;

    /// <summary>What KFENCE, KASAN and SLUB recorded of objects and their owners.</summary>
    public ObjectHistories Histories => _histories.Value;

    /// <summary>What page frames are used for.</summary>
    public PageReader Pages => _pages.Value;

    /// <summary>Memory blocks and which of them are online.</summary>
    public MemoryBlocks MemoryBlocks => _memoryBlocks.Value;

    /// <summary>Mappings in the vmalloc area.</summary>
    public VmallocAreas VmallocAreas => _vmallocAreas.Value;

    /// <summary>Mappings of processes.</summary>
    public UserAreas UserAreas => _userAreas.Value;

    /// <summary>Per-CPU memory.</summary>
    public PerCpuAreas PerCpuAreas => _perCpuAreas.Value;

    /// <summary>The stacks of tasks and CPUs by address.</summary>
    public StackIndex StackIndex => _stackIndex.Value;

    /// <summary>What words of walked stacks are.</summary>
    public StackSlots StackSlots => new(this);

    /// <summary>The name of the BPF program, trampoline or copy of one whose code holds an address, and where it begins; null when none does.</summary>
    public (string Name, VirtAddr Start)? FindGeneratedCode(VirtAddr address) =>
        _generatedCode.Value.Find(address) is { } region ? (region.Name, region.Start) : null;

    internal UnwindTables UnwindTables => _unwindTables.Value;

    internal GeneratedCode GeneratedCode => _generatedCode.Value;

    /// <summary>Run-time minus link-time address of the kernel image; 0 when the dump does not say.</summary>
    public ulong KaslrOffset => Symbols.KaslrOffset;

    /// <summary>Opens the kernel in a dump. Never throws on data.</summary>
    public static LinuxKernel Open(Vmcore dump, KernelOpenOptions? options = null) =>
        new(KernelRecovery.Complete(dump), options ?? new KernelOpenOptions());

    /// <summary>The memory of a process; null when its page tables cannot be walked. Most dumps leave its pages out.</summary>
    /// <param name="space">Address of its mm_struct.</param>
    public IKernelMemory? FindUserMemory(VirtAddr space) =>
        _translator is IUserSpaceTranslator translator && Objects.FindPointer(space, "mm_struct", "pgd") is { } root
        && Memory.Translate(root, out _) is { } table
            ? new KernelMemory(Dump.Memory, new UserSpace(translator, table), Math.Max(4096, Dump.PageSize))
            : null;

    private IAddressTranslator? CreateTranslator()
    {
        if (Architecture is null)
        {
            string known = string.Join(", ", Architectures.All.Select(architecture => architecture.Name));
            _coverage.Add(
                "architecture", CoverageState.Missing, $"{Dump.Architecture} is not supported yet (only {known}): the dump's physical memory can be read");
            return null;
        }

        return Architecture.CreateTranslator(Dump, _coverage);
    }

    private ITypeCatalog? OpenTypes()
    {
        try
        {
            ITypeCatalog? catalog = _options.OpenTypes?.Invoke() ?? OpenBtf();
            _coverage.Add(
                "types",
                catalog is null ? CoverageState.Missing : CoverageState.Full,
                catalog?.Origin ?? "the kernel has no BTF and no vmlinux was given: structures cannot be read");
            return catalog;
        }
        catch (DumpFormatException error)
        {
            _coverage.Add("types", CoverageState.Missing, error.Message);
            return null;
        }
    }

    private BtfCatalog? OpenBtf()
    {
        if (Symbols.FindAddress("__start_BTF") is not { } start || Symbols.FindAddress("__stop_BTF") is not { } stop
            || stop <= start || stop - start > MaxBtfBytes)
        {
            return null;
        }

        byte[] bytes = new byte[stop - start];
        ReadOutcome outcome = ParallelRead.Read(Memory, start, bytes);
        return outcome.IsOk
            ? BtfCatalog.Open(new ByteRegion(bytes), "BTF in the dump", null, Dump.WordSize)
            : throw new DumpFormatException(FormatError.Truncated, $"the kernel's BTF in the dump is not whole: {outcome}");
    }

    private IReadOnlyList<KernelModule> ReadModules()
    {
        IReadOnlyList<KernelModule> modules = ModuleReader.Read(Objects, Symbols.FindAddress("modules"), out string? problem);
        if (problem is not null)
        {
            _coverage.Add("modules", modules.Count == 0 ? CoverageState.Missing : CoverageState.Partial, problem);
        }

        return modules;
    }

    private KernelLog ReadLog()
    {
        KernelLog log = KernelLogReader.Read(Reader, Types, Symbols.FindAddress);
        if (log.Missing is { } reason)
        {
            _coverage.Add("log", CoverageState.Missing, reason);
        }

        foreach (string warning in log.Warnings)
        {
            _coverage.Add("log", CoverageState.Partial, warning);
        }

        return log;
    }

    private CpuTable ReadCpus()
    {
        CpuTable cpus = CpuTable.Read(Reader, Symbols.FindAddress, Dump.CpuNotes.Count);
        foreach (string warning in cpus.Warnings)
        {
            _coverage.Add("cpus", CoverageState.Partial, warning);
        }

        return cpus;
    }

    private TaskList ReadTasks()
    {
        TaskList tasks = TaskReader.Read(Objects, Cpus, Symbols.FindAddress, Dump.PageSize);
        if (tasks.Missing is { } reason)
        {
            _coverage.Add("tasks", CoverageState.Missing, reason);
        }

        foreach (string warning in tasks.Warnings)
        {
            _coverage.Add("tasks", CoverageState.Partial, warning);
        }

        return tasks;
    }

    private IReadOnlyDictionary<int, CpuRegisters> FindRegisters()
    {
        if (Architecture is not { } architecture)
        {
            return new Dictionary<int, CpuRegisters>();
        }

        int bytes = architecture.RegisterNames.Count * Dump.WordSize;
        return CpuRegisterFinder.Find(Reader, Dump, Cpus, Symbols.FindAddress, Tasks, bytes);
    }
}
