// ICrashSession: everything an editor or the command line asks of one open dump.
using VaQuest.Binary;
using VaQuest.Diagnosis.Browse;
using VaQuest.Diagnosis.Browse.Tree;
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Explain.Fault;
using VaQuest.Diagnosis.Explain.Waits;
using VaQuest.Diagnosis.Explain.Waits.Picture;
using VaQuest.Diagnosis.Sources;
using VaQuest.Diagnosis.Text;
using VaQuest.Diagnosis.Values;

namespace VaQuest.Diagnosis.Sessions;

/// <summary>
/// One open dump: immutable, safe for concurrent requests, cheap to close. Every method may be called after <see cref="IDisposable.Dispose"/>
/// of the session has begun on another thread; it then throws <see cref="ObjectDisposedException"/> and nothing worse.
/// </summary>
public interface ICrashSession : IDisposable
{
    /// <summary>The dump's path as given.</summary>
    string Path { get; }

    /// <summary>Short title: file name and kernel release.</summary>
    string Title { get; }

    /// <summary>uname -r of the crashed kernel, or null.</summary>
    string? Release { get; }

    /// <summary>The kernel's message at the crash, or null when there is none.</summary>
    string? PanicMessage { get; }

    DebugInfoState DebugInfo { get; }

    /// <summary>One sentence each: a truncated dump, a refused vmlinux, …</summary>
    IReadOnlyList<string> Warnings { get; }

    /// <summary>Values of frames, expressions and objects; null when the session has no memory to read.</summary>
    SessionValues? Values => null;

    /// <summary>The crash report; made once.</summary>
    AnnotatedText GetReport(CancellationToken cancellation);

    /// <summary>The kernel log as dmesg prints it, with spans.</summary>
    AnnotatedText GetLog(CancellationToken cancellation);

    /// <summary>The panic's place first, then its callers outwards; only frames with source positions.</summary>
    IReadOnlyList<PanicSite> GetPanicSites(CancellationToken cancellation);

    /// <summary>What the rules noticed, the most serious first; lines of the report have them as spans with their rule.</summary>
    IReadOnlyList<Finding> GetFindings(CancellationToken cancellation) => [];

    /// <summary>The panic stack in numbers; null when there is none.</summary>
    PanicStackSummary? GetPanicStack(CancellationToken cancellation) => null;

    /// <summary>The report as a plain mail of at most 75 columns.</summary>
    string GetMailReport(MailOptions options, CancellationToken cancellation) => "";

    /// <summary>Why it crashed, from the faulting instruction and the values; null when only the log and the stack are known.</summary>
    FaultExplanation? GetExplanation(CancellationToken cancellation) => null;

    /// <summary>The frames of the panic's stack that have source positions, innermost first, with the variables of each.</summary>
    IReadOnlyList<CrashFrame> GetCrashFrames(CancellationToken cancellation) => [];

    /// <summary>An object of the crashed kernel as a document whose pointers lead to others; null when there is no such type.</summary>
    /// <param name="address">Where it is.</param>
    /// <param name="type">Its type as C: "struct page".</param>
    /// <param name="cancellation">Set when nobody waits any more.</param>
    AnnotatedText? GetObject(VirtAddr address, string type, CancellationToken cancellation) => null;

    /// <summary>
    /// A page about one part of the kernel; see <see cref="KernelPages.All"/>. Throws <see cref="DumpFormatException"/> with one sentence when there
    /// is no such page, or it can show nothing at all.
    /// </summary>
    Page GetPage(string name, string? argument, CancellationToken cancellation) =>
        throw new DumpFormatException(FormatError.BadValue, $"{Path}: there is no page {name} here");

    /// <summary>The same, told while it is made when it takes long: `pointers` searches all memory.</summary>
    Page GetPage(string name, string? argument, IProgress<PageProgress>? progress, CancellationToken cancellation) => GetPage(name, argument, cancellation);

    /// <summary>The children of a node of the dump's tree, of the dump itself with an empty id; empty for an id that is none.</summary>
    IReadOnlyList<TreeNode> GetTree(string node, CancellationToken cancellation) => [];

    /// <summary>The wait-for graph as a document; null when the session has none.</summary>
    AnnotatedText? GetWaitsText(CancellationToken cancellation) => null;

    /// <summary>Circles of waiting tasks that are proved, when the crash is a hang or was asked for; empty for other crashes.</summary>
    IReadOnlyList<Deadlock> GetDeadlocks(CancellationToken cancellation) => [];

    /// <summary>Who waits for whom as a picture; made anew each time, in some milliseconds.</summary>
    WaitPicture? GetWaitPicture(CancellationToken cancellation) => null;

    /// <summary>What a target is, in plain lines (no markup): symbol, module, section, source line, the word found there.</summary>
    IReadOnlyList<string> Describe(SpanTarget target, CancellationToken cancellation);

    /// <summary>The source places of a target, innermost inlined function first, mapped to this machine.</summary>
    IReadOnlyList<ResolvedSource> FindSources(SpanTarget target, CancellationToken cancellation);

    /// <summary>The stacks that contain a function, panicking task first; bounded.</summary>
    IReadOnlyList<StackReference> FindTasksIn(string function, CancellationToken cancellation);

    /// <summary>Symbols of the dump whose names contain <paramref name="query"/>, at most <paramref name="limit"/>.</summary>
    IReadOnlyList<SpanTarget> FindSymbols(string query, int limit, CancellationToken cancellation);
}
