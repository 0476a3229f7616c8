// DumpSession: the composition root: wires a dump file, its kernel, its debug information and its sources together.
using KernelLog = VaQuest.Kernel.Log.KernelLog;
using SourceResolver = VaQuest.Diagnosis.Sources.SourceResolver;
using VaQuest.Binary;
using VaQuest.DebugInfo.Lines;
using VaQuest.Diagnosis.Browse;
using VaQuest.Diagnosis.Browse.Tree;
using VaQuest.Diagnosis.Explain.Fault;
using VaQuest.Diagnosis.Explain.Waits;
using VaQuest.Diagnosis.Explain.Waits.Picture;
using VaQuest.Diagnosis.Images;
using VaQuest.Diagnosis.Logs;
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Search;
using VaQuest.Diagnosis.Sources;
using VaQuest.Diagnosis.Text;
using VaQuest.Diagnosis.Values;
using VaQuest.Diagnosis.Values.Expressions;
using VaQuest.Diagnosis.WhatIs;
using VaQuest.Dumps;
using VaQuest.Dumps.Scanning;
using VaQuest.Kernel;
using VaQuest.Kernel.Arch;
using VaQuest.Kernel.Log;
using VaQuest.Kernel.Modules;
using VaQuest.Kernel.Recovery;
using VaQuest.Kernel.Tasks;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Sessions;

/// <summary>
/// An open dump. Opening reads headers only; the report and everything else is made when it is first asked for, once.
/// </summary>
public sealed class DumpSession : IDumpSession
{
    private readonly OpenedDump _opened;
    private readonly StackReader _stacks;
    private readonly AddressDescriber _describer;
    private readonly PointerSearch _pointers;
    private readonly FunctionUsers _users;
    private readonly SessionValues _values;
    private readonly Once<CrashReport> _report;
    private readonly Once<AnnotatedText> _reportText;
    private readonly Once<AnnotatedText> _log;
    private readonly Once<IReadOnlyList<CrashFrame>> _crashFrames;
    private readonly WaitAnalysis _waits;
    private volatile bool _isDisposed;

    private DumpSession(OpenedDump opened, SessionOptions options)
    {
        _opened = opened;
        _stacks = new StackReader(opened);
        _users = new FunctionUsers(opened, _stacks);
        _values = new SessionValues(opened);
        _describer = new AddressDescriber(opened, new AddressIdentifier(opened, _stacks, _values));
        _pointers = new PointerSearch(opened, _describer);
        _waits = new WaitAnalysis(opened, _stacks, _values);
        Warnings = [.. opened.Dump.Warnings, .. opened.DebugFiles.Warnings];
        _report = new Once<CrashReport>(cancellation => ReportBuilder.Build(
            new MaterialReader(opened, _stacks, _values, options, Warnings).Read(cancellation) with { Hang = new HangExplainer(opened, _waits).Explain },
            new FaultExaminer(opened, _values).Examine));
        _reportText = new Once<AnnotatedText>(cancellation => ReportRenderer.Render(_report.Get(cancellation), _values));
        _crashFrames = new Once<IReadOnlyList<CrashFrame>>(
            cancellation => CrashFrames.Read(_report.Get(cancellation).Stacks.FirstOrDefault(stack => stack.IsPanicStack), _values));
        _log = new Once<AnnotatedText>(_ => LogLexer.Lex(LogRenderer.RenderText(opened.Kernel.Log.Records)).Text);
    }

    public string Path => _opened.Dump.Path;

    public string Title => Release is { } release ? $"{FileName} ({DumpText.Escape(release)})" : FileName;

    public string? Release => _opened.Kernel.Dump.Vmcoreinfo.Release ?? _opened.Kernel.Facts.Release;

    public string? PanicMessage => GetCrashReport(CancellationToken.None).Panic.Message is { HasValue: true } message ? message.Value : null;

    public SessionValues Values => Alive(_values);

    SessionValues? ICrashSession.Values => Values;

    public DebugInfoState DebugInfo => _opened.DebugFiles.StateFor(GetCrashReport(CancellationToken.None).Stacks
        .Where(stack => stack.IsPanicStack).SelectMany(stack => stack.Frames).Select(frame => frame.Module).OfType<string>());

    public IReadOnlyList<string> Warnings { get; }

    public string? Unsupported => _opened.Kernel.Architecture is null && _opened.Dump.Architecture != "unknown"
        ? $"{Path}: kernel memory of {_opened.Dump.Architecture} cannot be read yet, only that of {string.Join(" and ", Architectures.All.Select(known => known.Name))}; "
            + "vaquest info, read, verify and convert work with this dump"
        : null;

    private string FileName => System.IO.Path.GetFileName(Path);

    /// <summary>Opens a dump for the command line.</summary>
    public static IDumpSession Open(string path, SessionOptions options, CancellationToken cancellation) => Open(path, options, null, cancellation);

    /// <summary>Opens a dump. Throws <see cref="DumpFormatException"/> with one sentence when the file is no dump or cannot be read.</summary>
    public static IDumpSession Open(string path, SessionOptions options, IProgress<SessionProgress>? progress, CancellationToken cancellation)
    {
        progress?.Report(new SessionProgress("Opening the dump", 0));
        Vmcore dump = VmcoreFile.Open(path, cancellationToken: cancellation);
        try
        {
            progress?.Report(new SessionProgress("Finding debug information", 20));
            cancellation.ThrowIfCancellationRequested();
            var session = new DumpSession(Wire(dump, options), options);
            if (progress is not null)
            {
                progress.Report(new SessionProgress("Reading the crash", 40));
                session.GetReport(cancellation);
                progress.Report(new SessionProgress("Ready", 100));
            }

            return session;
        }
        catch
        {
            dump.Dispose();
            throw;
        }
    }

    /// <summary>A session of a dump that is open already, which it owns from then on.</summary>
    internal static DumpSession Open(Vmcore dump, SessionOptions options) => new(Wire(dump, options), options);

    public AnnotatedText GetReport(CancellationToken cancellation) => Alive(_reportText).Get(cancellation);

    public CrashReport GetCrashReport(CancellationToken cancellation) => Alive(_report).Get(cancellation);

    public AnnotatedText GetLog(CancellationToken cancellation) => Alive(_log).Get(cancellation);

    public IReadOnlyList<LogRecord> GetLogRecords(CancellationToken cancellation)
    {
        KernelLog log = Alive(_opened).Kernel.Log;
        return log.Missing is { } reason ? throw new DumpFormatException(FormatError.BadValue, $"{Path}: the kernel log cannot be read: {reason}") : log.Records;
    }

    public IReadOnlyList<KernelTask> GetTasks(CancellationToken cancellation)
    {
        TaskList tasks = Alive(_opened).Kernel.Tasks;
        return tasks.Missing is { } reason ? throw new DumpFormatException(FormatError.BadValue, $"{Path}: the tasks cannot be read: {reason}") : tasks.All;
    }

    public IReadOnlyList<KernelModule> GetModules(CancellationToken cancellation) => Alive(_opened).Kernel.Modules;

    public IReadOnlyList<StackTrace> GetStacks(StackSelection selection, CancellationToken cancellation) => Alive(_stacks).Read(selection, cancellation);

    public ReadOutcome ReadVirtual(VirtAddr address, Span<byte> destination) => Alive(_opened).Kernel.Memory.Read(address, destination);

    public ReadOutcome ReadPhysical(PhysAddr address, Span<byte> destination) => Alive(_opened).Dump.Memory.Read(address, destination);

    public IReadOnlyList<PanicSite> GetPanicSites(CancellationToken cancellation) => PanicSites.Find(GetCrashReport(cancellation));

    public IReadOnlyList<Finding> GetFindings(CancellationToken cancellation) => GetCrashReport(cancellation).Findings;

    public PanicStackSummary? GetPanicStack(CancellationToken cancellation)
    {
        CrashReport report = GetCrashReport(cancellation);
        return report.Stacks.FirstOrDefault(stack => stack.IsPanicStack) is { } panic
            ? new PanicStackSummary(panic.Frames.Count, panic.Cpu, report.Panic.CulpritIndex ?? -1) { Kind = PanicKinds.NameOf(report.Panic.Kind) } : null;
    }

    public string GetMailReport(MailOptions options, CancellationToken cancellation) => MailReport.Render(GetCrashReport(cancellation), options);

    public FaultExplanation? GetExplanation(CancellationToken cancellation) => GetCrashReport(cancellation).Panic.Fault;

    public IReadOnlyList<CrashFrame> GetCrashFrames(CancellationToken cancellation) => Alive(_crashFrames).Get(cancellation);

    public WaitGraph GetWaits(bool all, CancellationToken cancellation) => Alive(_waits).Get(all, cancellation);

    public IReadOnlyList<Deadlock> GetDeadlocks(CancellationToken cancellation) => GetCrashReport(cancellation).Panic.Deadlocks;

    public WaitPicture? GetWaitPicture(CancellationToken cancellation) => WaitPicture.Draw(GetWaits(false, cancellation), PictureLimits.Screen);

    public AnnotatedText? GetWaitsText(CancellationToken cancellation) => WaitGraphRenderer.Render(GetWaits(false, cancellation));

    public AnnotatedText? GetObject(VirtAddr address, string type, CancellationToken cancellation)
    {
        try
        {
            return Alive(_values).RenderObject(address, type, cancellation);
        }
        catch (ExpressionException)
        {
            return null;
        }
    }

    public Page GetPage(string name, string? argument, CancellationToken cancellation) => GetPage(name, argument, null, cancellation);

    public Page GetPage(string name, string? argument, IProgress<PageProgress>? progress, CancellationToken cancellation)
    {
        PageContext context = new(Alive(_opened), _stacks, _values, _pointers, _waits, _describer) { Progress = progress };
        return KernelPages.Find(name)?.Read(context, argument, cancellation)
            ?? throw new DumpFormatException(FormatError.BadValue, $"{Path}: there is no page {name}; see vaquest --help");
    }

    public IReadOnlyList<TreeNode> GetTree(string node, CancellationToken cancellation) =>
        new DumpTree(Alive(_opened), _stacks, _report.Get).GetChildren(node, cancellation);

    public PointerTarget ParsePointerTarget(string text) => Alive(_pointers).Parse(text);

    public PointerTarget FindObject(VirtAddr address) => Alive(_pointers).ObjectAt(address);

    public ScanSummary FindPointers(
        PointerTarget target, Func<PointerHit, bool> take, IProgress<double>? progress, CancellationToken cancellation) =>
        Alive(_pointers).Run(target, take, progress, cancellation);

    public IReadOnlyList<string> Describe(SpanTarget target, CancellationToken cancellation) => Alive(_describer).Describe(target);

    public AddressAnswer Identify(AddressQuestion question, CancellationToken cancellation) => Alive(_describer).Identify(question);

    public IReadOnlyList<ResolvedSource> FindSources(SpanTarget target, CancellationToken cancellation)
    {
        var found = new List<ResolvedSource>();
        foreach (SourceLocation location in Alive(_describer).FindLocations(target))
        {
            found.Add(_opened.Sources.Resolve(location));
        }

        return found;
    }

    public IReadOnlyList<StackReference> FindTasksIn(string function, CancellationToken cancellation) => Alive(_users).Find(function, cancellation);

    public IReadOnlyList<SpanTarget> FindSymbols(string query, int limit, CancellationToken cancellation) =>
        SymbolSearch.Find(Alive(_opened).Kernel, query, limit, cancellation);

    public void Dispose()
    {
        _isDisposed = true;
        _opened.Dump.Dispose();
    }

    private static OpenedDump Wire(Vmcore dump, SessionOptions options)
    {
        dump = KernelRecovery.Complete(dump);
        var files = new DebugFiles(dump, options);
        LinuxKernel kernel = LinuxKernel.Open(dump, new KernelOpenOptions
        {
            OpenTypes = files.OpenTypes,
            ImageSymbols = files.ImageSymbols,
            CallFrames = files.FindCallFrames,
            CallSites = files.FindCallSites,
        });
        files.Attach(kernel);
        var sources = new SourceResolver(options, dump.Vmcoreinfo.Release, () => kernel.Facts.Version);
        return new OpenedDump(dump, kernel, files, sources);
    }

    private T Alive<T>(T part)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return part;
    }
}
