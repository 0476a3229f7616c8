// LogLexerEntry: text logs, as users paste them.
using VaQuest.Diagnosis.Logs;
using VaQuest.Diagnosis.Text;
using VaQuest.Fuzz.Engine;
using VaQuest.TestKit;

namespace VaQuest.Fuzz.Entries;

/// <summary>Every span and section must lie in the text.</summary>
internal sealed class LogLexerEntry() : FuzzEntry("log-lexer")
{
    private const string Oops =
        "[    4.1] BUG: kernel NULL pointer dereference, address: 0000000000000018\n[    4.1] CPU: 1 PID: 192 Comm: sh Tainted: G           OE      6.1.0-56-cloud-amd64 #1\n"
        + "[    4.1] RIP: 0010:slot_store+0x8/0x20 [lab_null]\n[    4.1] RSP: 0018:ff7319820054be10 EFLAGS: 00010246\n[    4.1] RAX: 0000000000000000 RBX: ff3eb6e2 RCX: 1\n"
        + "[    4.1] Call Trace:\n[    4.1]  <TASK>\n[    4.1]  ring_submit+0x22/0x2f [lab_null]\n[    4.1]  ? vfs_write+0xc7/0x3f0\n[    4.1]  </TASK>\n"
        + "[    4.1] Modules linked in: lab_null(OE) virtio_blk\n[    4.1] ---[ end trace 0000000000000000 ]---\n[    4.1] Kernel Offset: 0x1ba00000 from 0xffffffff81000000\n";

    public override IEnumerable<FuzzSeed> Seeds =>
        Lab.Sample()?.Find("dmesg.txt") is { } path ? [new(Text(Oops)), new(File.ReadAllBytes(path)[^2000..])] : [new(Text(Oops))];

    public override IReadOnlyList<byte[]> Words { get; } =
    [
        .. new[] { "RIP: 0010:", "f+0x1/0x2", " [", "]", "<", ">", "\n", "\r\n", "CPU: ", "PID: ", "Comm: ", " Not tainted ", "Call Trace:", "ffff888012345678", "0x", ":", "a.c:9", "Modules linked in:", "---[ end ", "\0", "\u001b[", "Tainted: ", "Kernel Offset: ", "? ", "<TASK>", "[    1.0] ", "Jan  1 00:00:00 host kernel: " }.Select(Text),
    ];

    /// <summary>An oops has a few kilobytes.</summary>
    public override int MaxInput => 8 << 10;

    public override void Run(byte[] input)
    {
        string text = System.Text.Encoding.UTF8.GetString(input);
        KernelLog log = LogLexer.Lex(text);
        Require(log.Text.Text == text, "the text stays as it is");
        foreach (TextSpan span in log.Text.Spans)
        {
            Require(span.Start >= 0 && span.Length > 0 && span.End <= text.Length, "spans lie in the text");
        }

        Require(log.Text.Sections.All(section => section.EndLine >= section.StartLine && section.EndLine < log.Text.LineCount), "sections lie in the text");
        _ = LogLexer.LooksLikeKernelLog(text);
    }
}
