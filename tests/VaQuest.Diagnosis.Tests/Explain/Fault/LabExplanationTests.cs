// LabExplanationTests: every real crash is explained as its scenario's source says it happened.
using VaQuest.Diagnosis.Explain.Fault;
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Sessions;
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.Diagnosis.Tests.Explain.Fault;

public sealed class LabExplanationTests
{
    /// <summary>Scenario, cause, culprit and the marker of its line, expression, and a part of the sentences: from tests/lab/modules.</summary>
    private static readonly TheoryData<string, string, string, string, string?, string> s_all = new()
    {
        { "null-deref", "null-pointer", "slot_store", "ring.c:31", "slot->length", "`ring->slots[index]`" },
        { "gpf", "stored-poison", "session_find", "session.c:24", "session->id", "object 2 of the chain that begins at `sessions`" },
        { "lab-values", "null-pointer", "parcel_store_weight", "parcel.c:17", "*weight", "`parcel->weight`" },
        { "fault-in-irq", "null-pointer", "station_book", "station.c:50", "ledger[3]", "`station->ledger`" },
        { "tail-unique", "null-pointer", "deliver_local", "deliver.c:11", "*checksum", "`packet->checksum`" },
        { "lookup-missing", "null-pointer", "printer_label", "printer.c:9", "part->stock", "printer.c:17), where it was returned by catalog_find()" },
        { "lookup-error", "error-pointer", "printer_rate", "printer.c:26", "supplier->rating", "the error pointer -ENOENT" },
        { "die-nx", "null-function-pointer", "codec_run", "codec.c:9", "codec->ops->decode", "ops+0x8 [lab_call]" },
        { "nx-data", "call-of-data", "codec_run", "codec.c:9", "codec->ops->decode", "decode_table [lab_call], which is data" },
        { "wild-call", "wild-function-pointer", "hooks_run", "hooks.c:15", "board->hooks[1].run", "board+0x60 [lab_fault]" },
        { "smashed-return", "smashed-return", "lab_fault_write", "main.c:53", null, "a function that board_obey() called was overwritten" },
        { "freed-module", "unloaded-code", "kthread", "kthread.c:", null, "the module lab_gone" },
        { "bug-inline", "bug-condition", "ledger_check", "ledger.h:17", "READ_ONCE(ledger->balance) < 0", "ledger->balance = -400" },
        { "kworker-bug", "bug-condition", "table_check", "table.c:61", "listed != READ_ONCE(table->count)", "table->count = 6" },
        { "warn-panic", "warning-condition", "warn_of", "misuse.c:74", "READ_ONCE(table->count) != 7", "table->count = 3" },
        { "kworker-panic", "panic-condition", "journal_write_block", "journal.c:11", "READ_ONCE(journal->transaction) > 40", "was true" },
        { "wild-pointer", "wild-pointer", "gauge_sample", "gauge.c:44", "samples[index]", "`samples` is 0xffffdead00000000" },
        { "user-pointer", "user-pointer", "gauge_sample", "gauge.c:44", "samples[index]", "`samples` is 0x400000" },
        { "rodata-write", "write-protection", "gauge_rename", "gauge.c:23", "target[3]", "gauge_legend" },
        { "divide-error", "division-by-zero", "gauge_percent", "gauge.c:13", "scale", "`gauge->scale`" },
        { "invalid-opcode", "undefined-instruction", "gauge_assert", "gauge.c:30", null, "ud2" },
        { "int3", "stray-breakpoint", "gauge_break", "gauge.c:37", null, "int3" },
        { "list-del-twice", "list-del-twice", "table_remove", "table.c:34", "session->link", "had been removed before" },
        { "list-add-corrupt", "list-overwritten", "table_add", "table.c:27", "*table->sessions.prev", "24 bytes behind it" },
        { "refcount-underflow", "refcount-underflow", "session_put", "table.c:40", "session->users", "through put_too_often()" },
        { "double-free", "double-free", "free_twice", "misuse.c:39", "session", "an object of kmalloc-64, free" },
        { "use-after-free", "use-after-free", "session_read", "table.c:48", "ops->read", "had been freed" },
        { "use-after-reuse", "overwritten-pointer", "session_read", "table.c:48", "ops->read", "given to another owner after a free" },
        { "stack-overflow", "recursion", "walk_folder", "walk.c:", null, "walk_children()" },
        { "stack-protector", "stack-buffer-overflow", "form_fill", "form.c:24", null, "`char field[16]`" },
        { "fortify-overrun", "buffer-overflow", "frame_parse", "frame.c:22", null, "`char word[24]`" },
        { "slub-overrun", "slab-overflow", "frame_put", "pool.c:33", "frame", "0 bytes behind its end, the first of them 0x5a instead of 0xcc" },
        { "slub-late-write", "write-after-free", "frame_get", "pool.c:20", null, "freed by fill_too_late() (/usr/src/vaquest-lab/lab_pool/misuse.c:49)" },
        { "slub-put-twice", "double-free", "frame_put", "pool.c:33", "frame", "freed by put_twice()" },
        { "bit-flip", "bit-flip", "route_cost", "route.c:32", "hop->cost", "with bit 42 flipped back the pointer is" },
        { "bit-flip-high", "bit-flip", "route_cost", "route.c:32", "hop->cost", "object 3 of the chain that begins at `route->first`" },
        { "text-flip", "text-corruption", "hop_weight", "route.c:41", null, "the file has `mov 0x18(%rdi),%rax` where memory has `mov 0x18(%r15),%rax`" },
        { "text-cleared", "text-corruption", "int_sqrt", "int_sqrt.c:", null, "is not what was loaded" },
        { "init-died", "init-died", "do_exit", "exit.c:", null, "SIGSEGV" },
        { "sysrq-c", "requested", "sysrq_handle_crash", "sysrq.c:", null, "on purpose" },
        { "nmi-busy", "nmi", "station_compute", "station.c:", null, "usually sent from outside" },
    };

    /// <summary>Those whose dumps the lab has made.</summary>
    public static IEnumerable<object[]> Cases => s_all.Where(row => Lab.Find("6.1-cloud", (string)row[0]!) is not null);

    [LabTheory]
    [MemberData(nameof(Cases))]
    public void NamesTheCauseWithDebugInformation(string scenario, string cause, string function, string place, string? expression, string part)
    {
        LabDump dump = Lab.Find("6.1-cloud", scenario)!;
        var options = new SessionOptions { Vmlinux = dump.Vmlinux, DebugDirectories = [dump.PathOf("modules")], SourceRoots = [dump.PathOf("source")] };
        using IDumpSession session = DumpSession.Open(dump.Vmcore, options, CancellationToken.None);
        PanicFacts panic = session.GetCrashReport(CancellationToken.None).Panic;
        FaultExplanation fault = Assert.IsType<FaultExplanation>(panic.Fault);
        Assert.Equal(cause, fault.Cause);
        Assert.Equal(function, panic.Function.Value);
        Assert.Contains("/" + place, "/" + panic.File.Value + ":" + panic.Line.Value, StringComparison.Ordinal);
        Assert.Equal(expression, fault.Expression);
        Assert.Contains(part, string.Join(' ', panic.Explanation), StringComparison.Ordinal);
        Assert.NotEmpty(fault.Conclusions);
    }

    // Weaker, never another cause.
    [LabTheory]
    [MemberData(nameof(Cases))]
    public void SaysNothingElseWithoutDebugInformation(string scenario, string cause, string function, string place, string? expression, string part)
    {
        LabDump dump = Lab.Find("6.1-cloud", scenario)!;
        Assert.False(string.IsNullOrEmpty(function + place + expression + part));
        using IDumpSession session = DumpSession.Open(dump.Vmcore, new SessionOptions { UseDebugInfo = false }, CancellationToken.None);
        PanicFacts panic = session.GetCrashReport(CancellationToken.None).Panic;
        // Changed code is told by the file that it was loaded from.
        string weaker = cause switch { "bug-condition" => "bug", "warning-condition" => "warning", "text-corruption" => "null-pointer", _ => cause };
        if (panic.Fault is { } fault)
        {
            // An object's size is its type's: without it a freed object is told from the memory around.
            Assert.Equal(weaker, fault.Cause);
            Assert.DoesNotContain("->", fault.Expression ?? "", StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal("panic-condition", cause);
        }
    }

    /// <summary>What each scenario does, in the words of the JSON contract.</summary>
    [LabTheory]
    [InlineData("6.1-cloud", "double-free", "double-free")]
    [InlineData("6.1-cloud", "int3", "breakpoint")]
    [InlineData("6.1-cloud", "stack-protector", "stack-corruption")]
    [InlineData("6.1-cloud", "fortify-overrun", "buffer-overflow")]
    [InlineData("6.1-cloud", "use-after-free", "use-after-free")]
    [InlineData("6.1-cloud", "slub-overrun", "slab-corruption")]
    [InlineData("6.1-cloud", "slub-late-write", "use-after-free")]
    [InlineData("6.1-cloud", "slub-put-twice", "double-free")]
    [InlineData("6.1-cloud", "list-del-twice", "list-corruption")]
    [InlineData("6.12-cloud", "kfence-overrun", "out-of-bounds")]
    [InlineData("6.12-cloud", "kfence-late-read", "use-after-free")]
    [InlineData("6.12-cloud", "kfence-put-twice", "double-free")]
    public void NamesTheKind(string kernel, string scenario, string kind)
    {
        if (Lab.Find(kernel, scenario) is not { } dump)
        {
            return;
        }

        foreach (bool useDebugInfo in new[] { true, false })
        {
            using IDumpSession session = DumpSession.Open(
                dump.Vmcore, new SessionOptions { Vmlinux = useDebugInfo ? dump.Vmlinux : null, UseDebugInfo = useDebugInfo, DebugDirectories = [dump.PathOf("modules")] }, CancellationToken.None);
            Assert.Equal(kind, PanicKinds.NameOf(session.GetCrashReport(CancellationToken.None).Panic.Kind));
        }
    }

    /// <summary>KFENCE's log hides addresses: object, state and owners are those of its table in memory, the access that of the instruction.</summary>
    [LabTheory]
    [InlineData("kfence-overrun", "out-of-bounds", "frame_sum", "frame->data[i]", "0 bytes behind the end of the object", "allocated by frame_get() (/usr/src/vaquest-lab/lab_pool/pool.c:20), called by misuse()")]
    [InlineData("kfence-late-read", "use-after-free", "frame_sum", "frame->data[i]", "at offset 24 of the object", "called by sum_too_late() (/usr/src/vaquest-lab/lab_pool/misuse.c:")]
    [InlineData("kfence-put-twice", "double-free", "frame_put", "frame", "that was free already", "called by put_twice() (/usr/src/vaquest-lab/lab_pool/misuse.c:")]
    public void ReadsWhatKfenceKeepsInMemory(string scenario, string cause, string function, string expression, string place, string owner)
    {
        if (Lab.Find("6.12-cloud", scenario) is not { } dump)
        {
            return;
        }

        var options = new SessionOptions { Vmlinux = dump.Vmlinux, DebugDirectories = [dump.PathOf("modules")], SourceRoots = [dump.PathOf("source")] };
        using IDumpSession session = DumpSession.Open(dump.Vmcore, options, CancellationToken.None);
        PanicFacts panic = session.GetCrashReport(CancellationToken.None).Panic;
        Assert.Equal((cause, function, expression), (panic.Fault!.Cause, panic.Function.Value, panic.Fault.Expression));
        string text = string.Join(' ', panic.Explanation);
        Assert.Contains(place, text, StringComparison.Ordinal);
        Assert.Contains(owner, text, StringComparison.Ordinal);
        Assert.Contains("of lab_frame (64 bytes, ", text, StringComparison.Ordinal);
    }

    [LabFact("6.1-cloud", "null-deref")]
    public void FollowsTheValueThroughTheFramesItPassed()
    {
        LabDump dump = Lab.Find("6.1-cloud", "null-deref")!;
        var options = new SessionOptions { Vmlinux = dump.Vmlinux, DebugDirectories = [dump.PathOf("modules")] };
        using IDumpSession session = DumpSession.Open(dump.Vmcore, options, CancellationToken.None);
        FaultExplanation fault = session.GetCrashReport(CancellationToken.None).Panic.Fault!;
        Assert.Equal(["slot_store", "ring_submit"], fault.Chain.Select(step => step.Function));
        Assert.Equal(["slot", "ring->slots[index]"], fault.Chain.Select(step => step.Expression));
        Assert.All(fault.Chain, step => Assert.Equal(0UL, step.Value));
        Assert.Equal("lab_ring+0x40 [lab_null]", fault.Object);
        Assert.Equal((0x18UL, "write", 4), (fault.Instruction!.Accessed!.Value.Value, fault.Instruction.Access, fault.Instruction.Bytes));
    }

    [Fact]
    public void FindsTheEmptyChainThatASearchCameFrom()
    {
        LabDump dump = Lab.Sample()!;
        var options = new SessionOptions { Vmlinux = dump.Vmlinux, DebugDirectories = [dump.PathOf("modules")] };
        using IDumpSession session = DumpSession.Open(dump.Vmcore, options, CancellationToken.None);
        FaultExplanation fault = session.GetCrashReport(CancellationToken.None).Panic.Fault!;
        Assert.Equal(("null-pointer", "peer->fan_in"), (fault.Cause, fault.Expression));
        Assert.Contains("`peer` was loaded from `registry->buckets[2]`", fault.Sentences[1], StringComparison.Ordinal);
        Assert.Contains("what was looked for is not in it", fault.Sentences[1], StringComparison.Ordinal);
    }

    [LabFact("6.1-cloud", "sysrq-c")]
    public void AccusesNobodyWhereTheCrashWasAskedFor()
    {
        LabDump dump = Lab.Find("6.1-cloud", "sysrq-c")!;
        using IDumpSession session = DumpSession.Open(dump.Vmcore, new SessionOptions { Vmlinux = dump.Vmlinux }, CancellationToken.None);
        FaultExplanation fault = session.GetCrashReport(CancellationToken.None).Panic.Fault!;
        Assert.Equal("requested", fault.Cause);
        Assert.Empty(fault.Chain);
        Assert.Null(fault.Expression);
    }

    [LabFact("6.12-cloud", "machine-check")]
    public void ReadsTheBanksOfAMachineCheck()
    {
        LabDump dump = Lab.Find("6.12-cloud", "machine-check")!;
        using IDumpSession session = DumpSession.Open(dump.Vmcore, new SessionOptions { UseDebugInfo = false }, CancellationToken.None);
        FaultExplanation fault = session.GetCrashReport(CancellationToken.None).Panic.Fault!;
        Assert.Equal("hardware-error", fault.Cause);
        Assert.Contains("Bank 1 of CPU 1 reports an uncorrected error", fault.Sentences[0], StringComparison.Ordinal);
        Assert.Contains(fault.Conclusions, one => one.Text == "the bank's status 0xb200000000000000 means: valid, uncorrected, reporting was on, the processor's context is corrupt");
        Assert.Contains(fault.Conclusions, one => one.Text == "MCG_STATUS 0x4 means: a machine check is in progress");

        // No software is to blame, and the signature names none.
        CrashReport report = session.GetCrashReport(CancellationToken.None);
        Assert.False(report.Panic.Function.HasValue);
        Assert.Equal("machine-check", report.Signature);
    }
}
