// EvaluationEnvironment: what expressions of one dump can reach.
using VaQuest.DebugInfo.Types;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Kernel.Values;

namespace VaQuest.Diagnosis.Values.Expressions;

/// <summary>The parts of an open dump that answer expressions. Safe for concurrent use.</summary>
internal sealed class EvaluationEnvironment
{
    private readonly OpenedDump _opened;

    public EvaluationEnvironment(OpenedDump opened, TypeLibrary types, KernelValues values, FramePlaces places, FrameValueReader frames)
    {
        _opened = opened;
        Types = types;
        Values = values;
        Frames = frames;
        Basic = new BasicTypes(values.Reader.WordSize);
        Symbols = new SymbolValues(opened, types, values, places);
        LinkedWalks = new LinkedWalks(values.Reader, opened.Kernel.Types);
        IndexWalks = new IndexWalks(values.Reader, opened.Kernel.Types);
    }

    public TypeLibrary Types { get; }

    public KernelValues Values { get; }

    public FrameValueReader Frames { get; }

    public BasicTypes Basic { get; }

    public SymbolValues Symbols { get; }

    public LinkedWalks LinkedWalks { get; }

    public IndexWalks IndexWalks { get; }

    /// <summary>Where the xarray is in a struct idr.</summary>
    public ulong IdrOffset => _opened.Kernel.Types.FindOffset("idr", "idr_rt") ?? 0;

    public int? PanicCpu => _opened.Kernel.Stacks.PanicCpu;

    /// <summary>The distance to a CPU's copies. Throws <see cref="ExpressionException"/> when there is no such CPU.</summary>
    public ulong PerCpuOffset(int cpu, int position) => _opened.Kernel.Cpus.FindOffset(cpu)
        ?? throw new ExpressionException($"there is no CPU {cpu} with per-CPU variables in this dump", position);

    /// <summary>The names of types as a scope sees them: a variable hides a typedef.</summary>
    public ITypeNames NamesIn(EvaluationScope scope, CancellationToken cancellation) => new Names(this, scope, cancellation);

    private sealed class Names(EvaluationEnvironment environment, EvaluationScope scope, CancellationToken cancellation) : ITypeNames
    {
        public BasicTypes Basic => environment.Basic;

        public CType? FindStruct(string tag) => environment.Types.FindStruct(tag, cancellation);

        public CType? FindEnum(string tag) => environment.Types.FindEnum(tag, cancellation);

        public CType? FindTypedef(string name)
        {
            bool isVariable = scope is { Stack: { } stack, Frame: { } frame } && environment.Frames.Read(stack, frame).Find(name) is not null;
            return isVariable || environment._opened.Kernel.Symbols.FindAddress(name) is not null ? null : environment.Types.FindNamed(name, cancellation);
        }
    }
}
