// LogLexerTests: kernel logs as loggers, consoles and mails write them.
using VaQuest.Diagnosis.Logs;
using VaQuest.Diagnosis.Text;
using VaQuest.Diagnosis.WhatIs;
using Xunit;

namespace VaQuest.Diagnosis.Tests.Logs;

public sealed class LogLexerTests
{
    // Printed by a Debian 6.1 kernel in the lab (scenario null-deref), shortened.
    private const string Oops = """
        [    8.467232] BUG: kernel NULL pointer dereference, address: 0000000000000018
        [    8.467843] #PF: supervisor write access in kernel mode
        [    8.468758] Oops: 0002 [#1] PREEMPT SMP NOPTI
        [    8.468758] CPU: 1 PID: 192 Comm: sh Kdump: loaded Tainted: G           OE      6.1.0-56-cloud-amd64 #1  Debian 6.1.192-2
        [    8.468758] RIP: 0010:slot_store+0x8/0x20 [lab_null]
        [    8.468758] Code: 08 48 8b 3b 48 83 c3 08 e8 45 cb ba dc 48 39 eb 75 ef 5b 5d c3 cc cc <89> 47 18 8b
        [    8.468758] RSP: 0018:ff7319820054bb10 EFLAGS: 00000202
        [    8.468758] RAX: 000000000000006b RBX: ffffffffc02fe3c0 RCX: 0000000000000000
        [    8.468758] Call Trace:
        [    8.468758]  <TASK>
        [    8.468758]  ring_submit+0x22/0x2f [lab_null]
        [    8.468758]  ? syscall_exit_to_user_mode+0x1e/0x40
        [    8.468758]  do_syscall_64+0x5d/0x90
        [    8.468758]  </TASK>
        [    8.468758] Modules linked in: lab_null(OE) lab_background(OE) virtio_blk [last unloaded: gone]
        [    8.468758] CR2: 0000000000000018
        """;

    [Fact]
    public void ReadsFramesOfAnOops()
    {
        KernelLog log = LogLexer.Lex(Oops);
        Assert.Equal(["slot_store", "ring_submit", "syscall_exit_to_user_mode", "do_syscall_64"], log.Frames.Select(frame => frame.Target.Symbol));
        Assert.Equal([true, true, false, true], log.Frames.Select(frame => frame.IsReliable));
        Assert.Equal([0, 1, null, 2], log.Frames.Select(frame => frame.Target.FrameIndex));
        Assert.Equal([false, true, true, true], log.Frames.Select(frame => frame.Target.IsReturnAddress));
        Assert.Equal(["lab_null", "lab_null", null, null], log.Frames.Select(frame => frame.Target.Module));
        Assert.Equal((0x22UL, 0x2fUL), (log.Frames[1].Target.Offset, log.Frames[1].Target.Size));
        Assert.Equal("6.1.0-56-cloud-amd64", log.Release);
        Assert.Equal(["lab_null", "lab_background", "virtio_blk"], log.Modules);
    }

    [Fact]
    public void ReadsRegistersTaskAndMessage()
    {
        KernelLog log = LogLexer.Lex(Oops);
        Assert.Equal(["RSP", "EFLAGS", "RAX", "RBX", "RCX", "CR2"], Texts(log, SpanKind.Register));
        Assert.Equal("PID: 192 Comm: sh Kdump: loaded", Texts(log, SpanKind.Task).Single());
        Assert.Equal(192, log.Text.Spans.Single(span => span.Kind == SpanKind.Task).Target!.Pid);
        Assert.Equal("BUG: kernel NULL pointer dereference,", Texts(log, SpanKind.Error).First());
        Assert.Contains("0000000000000018", Texts(log, SpanKind.Address));
        Assert.Equal("?", Texts(log, SpanKind.Proof).Single());
    }

    [Fact]
    public void OutlinesTheEvent()
    {
        KernelLog log = LogLexer.Lex("[    1.0] a line\n" + Oops + "\n[    9.000000] another line\n");
        TextSection[] sections = [.. log.Text.Sections];
        Assert.Equal("BUG: kernel NULL pointer dereference, address: 0000000000000018", sections[0].Title);
        Assert.Equal((1, 16, 0), (sections[0].StartLine, sections[0].EndLine, sections[0].Level));
        Assert.Equal(("Registers", 7, 8, 1), (sections[1].Title, sections[1].StartLine, sections[1].EndLine, sections[1].Level));
        Assert.Equal(("Call Trace", 9, 14, 1), (sections[2].Title, sections[2].StartLine, sections[2].EndLine, sections[2].Level));
    }

    [Theory]
    [InlineData(" vfs_write+0xc7/0x3f0")]
    [InlineData("[    8.468758]  vfs_write+0xc7/0x3f0")]
    [InlineData("[    8.468758][  T192]  vfs_write+0xc7/0x3f0\r")]
    [InlineData("[    8.468758][    C0]  vfs_write+0xc7/0x3f0")]
    [InlineData("[Mon Nov 23 12:00:00 2026]  vfs_write+0xc7/0x3f0")]
    [InlineData("<4>[    8.468758]  vfs_write+0xc7/0x3f0")]
    [InlineData("<4>  vfs_write+0xc7/0x3f0")]
    [InlineData("Jan  1 12:00:00 host kernel: [    8.468758]  vfs_write+0xc7/0x3f0")]
    [InlineData("Jan 01 12:00:00 host kernel:  vfs_write+0xc7/0x3f0")]
    [InlineData("2026-11-23T12:00:00.123456+00:00 host kernel: [    8.468758]  vfs_write+0xc7/0x3f0")]
    [InlineData("kern  :warn  : [    8.468758]  vfs_write+0xc7/0x3f0")]
    [InlineData("4,339,5140900,-;  vfs_write+0xc7/0x3f0")]
    [InlineData("> > [    8.468758]  vfs_write+0xc7/0x3f0")]
    [InlineData(">>> vfs_write+0xc7/0x3f0")]
    [InlineData("\u001b[0;31m[    8.468758]\u001b[0m  vfs_write+0xc7/0x3f0")]
    [InlineData(" [<ffffffff81234567>] vfs_write+0xc7/0x3f0")]
    [InlineData("[<c0123456>] (vfs_write+0xc7/0x3f0) from [<c0123460>] (ksys_write+0x6b/0xf0)")]
    public void ReadsFrameBehindPrefix(string line)
    {
        KernelLog log = LogLexer.Lex("first\n" + line + "\nlast");
        LogFrame frame = Assert.Single(log.Frames);
        Assert.Equal(1, frame.Line);
        Assert.Equal(("vfs_write", 0xc7UL, 0x3f0UL, true), (frame.Target.Symbol, frame.Target.Offset!.Value, frame.Target.Size!.Value, frame.IsReliable));
    }

    [Theory]
    [InlineData("RIP: 0010:slot_store+0x8/0x20 [lab_null]", false)]
    [InlineData("RIP: 0010:[<ffffffffa0001008>]  [<ffffffffa0001008>] slot_store+0x8/0x20 [lab_null]", false)]
    [InlineData("EIP: slot_store+0x8/0x20 [lab_null]", false)]
    [InlineData("EIP is at slot_store+0x8/0x20 [lab_null]", false)]
    [InlineData("IP: [<ffffffffa0001008>] slot_store+0x8/0x20 [lab_null]", false)]
    [InlineData("pc : slot_store+0x8/0x20 [lab_null]", false)]
    [InlineData("lr : slot_store+0x8/0x20 [lab_null]", true)]
    [InlineData("PC is at slot_store+0x8/0x20 [lab_null]", false)]
    [InlineData("NIP [c0000000001234] slot_store+0x8/0x20 [lab_null]", false)]
    [InlineData(" slot_store+0x8/0x20 [lab_null 3b43fad5034874490492495d552c0af6a5fab235]", true)]
    public void TellsPcFromReturnAddress(string line, bool isReturnAddress)
    {
        LogFrame frame = Assert.Single(LogLexer.Lex(line).Frames);
        Assert.Equal("slot_store", frame.Target.Symbol);
        Assert.Equal("lab_null", frame.Target.Module);
        Assert.Equal(isReturnAddress, frame.Target.IsReturnAddress);
    }

    [Fact]
    public void ReadsWarningWithSource()
    {
        KernelLog log = LogLexer.Lex("""
            [   10.0] ------------[ cut here ]------------
            [   10.0] WARNING: CPU: 1 PID: 5 at kernel/foo.c:123 foo_check+0x1c/0x30
            [   10.0] CPU: 1 UID: 0 PID: 5 Comm: my task Not tainted 6.12.48+deb13-amd64 #1 PREEMPT(lazy)
            [   10.0] RIP: 0010:foo_check+0x1c/0x30
            [   10.0] ---[ end trace 0000000000000000 ]---
            [   11.0] unrelated
            """);
        TextSpan source = log.Text.Spans.Single(span => span.Kind == SpanKind.Source);
        Assert.Equal(("kernel/foo.c", 123), (source.Target!.Source!.File, source.Target.Source.Line));
        Assert.Equal("6.12.48+deb13-amd64", log.Release);
        TextSection section = log.Text.Sections[0];
        Assert.StartsWith("WARNING: CPU: 1 PID: 5 at kernel/foo.c:123", section.Title);
        Assert.Equal((0, 4), (section.StartLine, section.EndLine));
    }

    [Fact]
    public void TakesReleaseFromBannerAndOffsetFromPanic()
    {
        KernelLog log = LogLexer.Lex(
            "[    0.000000] Linux version 6.1.0-56-cloud-amd64 (debian-kernel@lists.debian.org)\n[    9.1] Kernel Offset: 0x1bc00000 from 0xffffffff81000000\n");
        Assert.Equal("6.1.0-56-cloud-amd64", log.Release);
        Assert.Equal(0x1bc00000UL, log.KernelOffset);
    }

    [Fact]
    public void SeparatesTwoEvents()
    {
        KernelLog log = LogLexer.Lex(Oops + "\n" + Oops.Replace("BUG: kernel NULL", "BUG: second kernel NULL", StringComparison.Ordinal));
        Assert.Equal(2, log.Text.Sections.Count(section => section.Level == 0));
        Assert.Equal([0, 1, 2, 0, 1, 2], log.Frames.Where(frame => frame.IsReliable).Select(frame => frame.Target.FrameIndex!.Value));
    }

    [Fact]
    public void CoversWholeLineWithFrameAndNothingOverlaps()
    {
        KernelLog log = LogLexer.Lex(Oops);
        int lastEnd = 0;
        foreach (TextSpan span in log.Text.Spans)
        {
            if (span.Kind == SpanKind.Frame)
            {
                int line = log.Text.PositionOf(span.Start).Line;
                Assert.Equal(log.Text.LineStart(line), span.Start);
                Assert.Equal(log.Text.Text.IndexOf('\n', span.Start), span.End);
                continue;
            }

            Assert.True(span.Start >= lastEnd, $"{log.Text.Text.Substring(span.Start, span.Length)} overlaps");
            lastEnd = span.End;
        }
    }

    [Theory]
    [InlineData("int main(void) { return 0; }\n", false)]
    [InlineData("a = b+0x10/0x20 is arithmetic with b\n", true)]
    [InlineData("0x10+0x20/0x30\n", false)]
    [InlineData("Call Trace:\nModules linked in: a\n", true)]
    [InlineData("", false)]
    public void TellsLogsFromOtherTexts(string text, bool isLog) => Assert.Equal(isLog, LogLexer.LooksLikeKernelLog(text));

    private static IEnumerable<string> Texts(KernelLog log, SpanKind kind) =>
        log.Text.Spans.Where(span => span.Kind == kind).Select(span => log.Text.Text.Substring(span.Start, span.Length));

    // As dump_page() (mm/debug.c) and memory failure handling print them.
    [Theory]
    [InlineData("page:00000000c4d1a1e4 refcount:1 mapcount:0 mapping:0000000000000000 index:0x0 pfn:0x27a31", 0x27a31UL, AddressMeaning.PageFrame)]
    [InlineData("Memory failure: reserved kernel page at phys 0x1234", 0x1234UL, AddressMeaning.Physical)]
    [InlineData("mce: physical address: 0x3fffe000", 0x3fffe000UL, AddressMeaning.Physical)]
    [InlineData("object at ff41a94010f610ed was freed", 0xff41a94010f610edUL, AddressMeaning.Virtual)]
    [InlineData("notpfn:0x12345678", 0x12345678UL, AddressMeaning.Virtual)]
    public void TellsWhatNumbersCount(string line, ulong number, AddressMeaning meaning)
    {
        SpanTarget target = LogLexer.Lex("[    1.000000] " + line).Text.Spans.Where(span => span.Kind == SpanKind.Address).Select(span => span.Target!).Single(found => found.Address!.Value.Value == number);
        Assert.Equal(meaning, target.Meaning);
    }
}
