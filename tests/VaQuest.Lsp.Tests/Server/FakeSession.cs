// FakeSession: an open dump with known answers, for tests of the protocol.
using VaQuest.Binary;
using VaQuest.DebugInfo.Lines;
using VaQuest.Diagnosis.Browse;
using VaQuest.Diagnosis.Explain.Fault;
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Sources;
using VaQuest.Diagnosis.Text;
using VaQuest.Diagnosis.Values;
using VaQuest.Kernel.Tasks;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Lsp.Tests.Server;

/// <summary>A panic two calls deep in a module; sources are wherever the test puts them.</summary>
public sealed class FakeSession(string path, string? sourceRoot = null, IReadOnlyList<Finding>? findings = null) : ICrashSession
{
    public const string Report = "Kernel crash report\nBUG: kernel NULL pointer dereference, address: 0000000000000018\nStack of CPU 1\n#0 slot_store+0x8/0x20 [lab_null]\n#1 ring_submit+0x22/0x2f [lab_null]\n";

    private const ulong SlotAddress = 0xffff888003a1b2c0;

    private bool _isDisposed;

    public string Path { get; } = path;

    public string Title => System.IO.Path.GetFileName(Path) + " (6.1.0-56-cloud-amd64)";

    public string? Release => "6.1.0-56-cloud-amd64";

    public string? PanicMessage => "BUG: kernel NULL pointer dereference, address: 0000000000000018";

    /// <summary>Why it crashed; null unless a test gives it.</summary>
    public FaultExplanation? Explanation { get; init; }

    public DebugInfoState DebugInfo { get; } = new("matched", "Debug information matches", ["vmlinux", "lab_null.ko"]);

    public IReadOnlyList<string> Warnings => ["The dump is a test."];

    public bool IsDisposed => _isDisposed;

    public FaultExplanation? GetExplanation(CancellationToken cancellation) => Explanation;

    public AnnotatedText GetReport(CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        int panic = Report.IndexOf("BUG", StringComparison.Ordinal);
        int first = Report.IndexOf("#0", StringComparison.Ordinal);
        int second = Report.IndexOf("#1", StringComparison.Ordinal);
        SpanTarget store = Target("slot_store", 0x8, 0x20, 0xffffffffc02f1008, 0);
        SpanTarget submit = Target("ring_submit", 0x22, 0x2f, 0xffffffffc02f1052, 1);
        return new AnnotatedText(
            Report,
            [
                new TextSpan(0, 19, SpanKind.Heading, null),
                new TextSpan(panic, Report.IndexOf('\n', panic) - panic, SpanKind.Error, null),
                new TextSpan(first, second - 1 - first, SpanKind.Frame, store),
                new TextSpan(first + 3, 20, SpanKind.Function, store),
                new TextSpan(second, Report.Length - 1 - second, SpanKind.Frame, submit),
                new TextSpan(second + 3, 21, SpanKind.Function, submit),
            ],
            [
                new TextSection("Kernel crash report", string.Empty, SectionKind.Report, 0, 4, 0),
                new TextSection("Stack of CPU 1", "2 frames", SectionKind.Stack, 2, 4, 1),
            ]);
    }

    /// <summary>The second line has a pointer to an object, a NULL of the same type, and one to a type that nothing knows.</summary>
    public AnnotatedText GetLog(CancellationToken cancellation) => new(
        "[    0.000000] Linux version\n0xffff888003a1b2c0 NULL 0xffff888003a1c000\n",
        [
            new TextSpan(29, 18, SpanKind.Address, new SpanTarget { Address = new VirtAddr(SlotAddress), ObjectType = "struct slot" }),
            new TextSpan(48, 4, SpanKind.Address, new SpanTarget { Address = new VirtAddr(0), ObjectType = "struct slot" }),
            new TextSpan(53, 18, SpanKind.Address, new SpanTarget { Address = new VirtAddr(0xffff888003a1c000), ObjectType = "struct ../evil" }),
        ],
        []);

    /// <summary>Makes the page `pointers`; null for a session that has none.</summary>
    public Func<IProgress<PageProgress>?, CancellationToken, Page>? Pointers { get; init; }

    public Page GetPage(string name, string? argument, CancellationToken cancellation) => GetPage(name, argument, null, cancellation);

    public Page GetPage(string name, string? argument, IProgress<PageProgress>? progress, CancellationToken cancellation) =>
        name == "pointers" && Pointers is { } make ? make(progress, cancellation) : throw new DumpFormatException(FormatError.BadValue, $"{Path}: there is no page {name} here");

    public AnnotatedText? GetObject(VirtAddr address, string type, CancellationToken cancellation)
    {
        const string text = "struct slot at 0xffff888003a1b2c0\n{\n    .next = 0xffff888003a1b300,\n}\n";
        int at = text.LastIndexOf("0xffff", StringComparison.Ordinal);
        return address.Value == SlotAddress && type == "struct slot"
            ? new AnnotatedText(text, [new TextSpan(at, 18, SpanKind.Address, new SpanTarget { Address = new VirtAddr(0xffff888003a1b300), ObjectType = type })], [])
            : null;
    }

    public IReadOnlyList<PanicSite> GetPanicSites(CancellationToken cancellation) =>
    [
        new PanicSite(At(12), "slot_store", "Writes 4 bytes through a null pointer.", 0),
        new PanicSite(At(30), "ring_submit", "calls slot_store", 1),
    ];

    /// <summary>slot_store crashed on line 12 of its lines 10 to 14; ring_submit called it on line 30 of its lines 25 to 33.</summary>
    public IReadOnlyList<CrashFrame> GetCrashFrames(CancellationToken cancellation) =>
    [
        new CrashFrame(0, "slot_store", At(12), At(10), 14, () =>
        [
            new CrashVariable("slot", "struct slot *slot", "NULL", true, 0, 0, () => []),
            new CrashVariable("value", "u32 value", "107", true, 10, 11, () => []),
            new CrashVariable("value", "u64 value", "(optimised out here)", false, 12, 13, () => ["at entry 0x6b"]),
        ]),
        new CrashFrame(1, "ring_submit", At(30), At(25), 33, () =>
        [
            new CrashVariable("ring", "struct ring *ring", "0xffff888003a1b2c0", true, 0, 0, () => ["{.head = 3}", "```"]),
            new CrashVariable("head", "unsigned int head", "3", true, 0, 0, () => []),
            new CrashVariable("buffer", "char buffer[16]", "\"wire-widgets\"", true, 0, 0, () => []),
        ]),
    ];

    public IReadOnlyList<Finding> GetFindings(CancellationToken cancellation) => findings ?? [];

    public PanicStackSummary? GetPanicStack(CancellationToken cancellation) => new(2, 1, 0) { Kind = "null-pointer-dereference" };

    public string GetMailReport(MailOptions options, CancellationToken cancellation) => $"mail {options.HideAddresses} {options.HideNames}\n";

    public IReadOnlyList<string> Describe(SpanTarget target, CancellationToken cancellation) =>
        target.Symbol is null ? [] : [$"{target.Symbol} in module lab_null", "```evil``` <b>markup</b> [x](command:y)\u202e"];

    public IReadOnlyList<ResolvedSource> FindSources(SpanTarget target, CancellationToken cancellation)
    {
        if (target is { Source: null, Symbol: null })
        {
            return [];
        }

        int line = target.Source?.Line ?? (target.Symbol == "slot_store" ? 12 : 30);
        string? local = sourceRoot is null ? null : System.IO.Path.Combine(sourceRoot, "lab null.c");
        return local is null
            ? [new ResolvedSource(null, line, 0, SourceFileState.NotFound, "lab_null.c is in no source folder.") { Location = At(line) }]
            : target.Symbol == "slot_store"
                ? [new ResolvedSource(local, line, 13, SourceFileState.Matched, string.Empty), new ResolvedSource(local, 20, 2, SourceFileState.Matched, string.Empty)]
                : [new ResolvedSource(local, line, 0, SourceFileState.Matched, string.Empty)];
    }

    public IReadOnlyList<StackReference> FindTasksIn(string function, CancellationToken cancellation) => function != "ring_submit"
        ? []
        :
        [
            new StackReference(
                new KernelTask { Address = new VirtAddr(0xffff888001bbc000), Pid = 77, Comm = "kworker/0:1", State = "D" },
                null,
                new StackFrame
                {
                    Index = 3,
                    Kind = FrameKind.Normal,
                    Function = "ring_submit",
                    Offset = 0x10,
                    FunctionSize = 0x2f,
                    Module = "lab_null",
                    Pc = new VirtAddr(0xffffffffc02f1040),
                    Proof = FrameProof.Orc,
                }),
        ];

    public IReadOnlyList<SpanTarget> FindSymbols(string query, int limit, CancellationToken cancellation) =>
        "slot_store".Contains(query, StringComparison.Ordinal) ? [Target("slot_store", 0, 0x20, 0xffffffffc02f1000, null)] : [];

    public void Dispose() => _isDisposed = true;

    private static SourceLocation At(int line) => new("/lab/lab null.c", line, 0, "/lab");

    private static SpanTarget Target(string symbol, ulong offset, ulong size, ulong address, int? frame) => new()
    {
        Symbol = symbol,
        Offset = offset,
        Size = size,
        Module = "lab_null",
        Address = new VirtAddr(address),
        FrameIndex = frame,
    };
}
