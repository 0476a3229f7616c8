// WaitAnalysis: the wait-for graphs of a session, made once each.
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Values;
using VaQuest.Kernel.Tasks;

namespace VaQuest.Diagnosis.Explain.Waits;

/// <summary>Makes graphs when they are asked for. Safe for concurrent use.</summary>
internal sealed class WaitAnalysis
{
    /// <summary>Waits that a report may look at: a report has to be there at once, and names the worst only.</summary>
    private const int MaxInReport = 512;

    private readonly Lazy<WaitGraphBuilder> _builder;
    private readonly Once<WaitGraph> _blocked;
    private readonly Once<WaitGraph> _all;
    private readonly Once<WaitGraph> _report;

    public WaitAnalysis(OpenedDump opened, StackReader stacks, SessionValues values)
    {
        Reader = new Lazy<WaitReader>(() => new WaitReader(opened, stacks, values));
        _builder = new Lazy<WaitGraphBuilder>(() => new WaitGraphBuilder(opened.Kernel, Reader.Value));
        _blocked = new Once<WaitGraph>(cancellation => _builder.Value.Build(false, WaitGraphBuilder.MaxWaits, cancellation));
        _all = new Once<WaitGraph>(cancellation => _builder.Value.Build(true, WaitGraphBuilder.MaxWaits, cancellation));
        _report = new Once<WaitGraph>(cancellation => _builder.Value.Build(false, MaxInReport, cancellation));
    }

    public Lazy<WaitReader> Reader { get; }

    public WaitGraph Get(bool all, CancellationToken cancellation) => (all ? _all : _blocked).Get(cancellation);

    /// <summary>The graph of some tasks and of who holds them up.</summary>
    public WaitGraph GetOf(IReadOnlyList<KernelTask> tasks, CancellationToken cancellation) => _builder.Value.BuildOf(tasks, MaxInReport, cancellation);

    /// <summary>The graph as far as a report needs it.</summary>
    public WaitGraph GetForReport(CancellationToken cancellation) => _report.Get(cancellation);
}
