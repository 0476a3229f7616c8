// MemoryPageTests: bytes and instructions of the sample as pages.
using VaQuest.Binary;
using VaQuest.Diagnosis.Browse;
using VaQuest.Diagnosis.Sessions;
using VaQuest.TestKit;
using Xunit;

namespace VaQuest.Diagnosis.Tests.Browse;

public sealed class MemoryPageTests
{
    [Fact]
    public void ShowsBytesTextAndTheSymbolsThatWordsPointTo()
    {
        using IDumpSession session = OpenSample();
        Table banner = RowsOf(session.GetPage("memory", "linux_banner,32", default));
        Assert.Equal("4c 69 6e 75 78 20 76 65  72 73 69 6f 6e 20 36 2e", banner.Rows[0][1].Text);
        Assert.Equal("Linux version 6.", banner.Rows[0][2].Text);

        // init_task.stack, its third word, is init_stack (init/init_task.c).
        Table task = RowsOf(session.GetPage("memory", "init_task,64", default));
        Assert.Equal("init_task", task.Rows[0][3].Text);
        Assert.Contains(task.Rows, row => row[3].Items.Any(item => item.Text == "→init_stack"));
    }

    [Fact]
    public void SaysWhyMemoryIsMissingAndNeverShowsZeros()
    {
        using IDumpSession session = OpenSample();
        Table rows = RowsOf(session.GetPage("memory", "0,4096", default));
        IReadOnlyList<Cell> row = Assert.Single(rows.Rows);
        Assert.Equal(CellKind.Absent, row[1].Kind);
        Assert.StartsWith("address not mapped", row[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadsToTheEndOfTheAddressSpace()
    {
        using IDumpSession session = OpenSample();
        Assert.NotEmpty(RowsOf(session.GetPage("memory", "ffffffffffffffc0,4096", default)).Rows);
    }

    [Theory]
    [InlineData("memory", "no_such_symbol", "neither an address")]
    [InlineData("memory", "init_task,0", "length")]
    [InlineData("memory", "init_task,65537", "length")]
    [InlineData("memory", "init_task,1,2", "length")]
    [InlineData("memory", "init_task+zz", "offset")]
    [InlineData("dis", "10", "no instruction can be read")]
    [InlineData("nothing", null, "no page")]
    public void RefusesWithOneSentence(string page, string? argument, string expected)
    {
        using IDumpSession session = OpenSample();
        string message = Assert.Throws<DumpFormatException>(() => session.GetPage(page, argument, default)).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    // The instruction at the crash was read off objdump -d of the module: addl $1, 0x1c(%rax), at widget_connect+0x61.
    [Fact]
    public void MarksTheFaultingInstructionWithItsLine()
    {
        using IDumpSession session = OpenSample();
        Table rows = session.GetPage("dis", "widget_connect", default).Tables[0];
        IReadOnlyList<Cell> row = Assert.Single(rows.Rows, cells => cells[0].Text == ">");
        Assert.Equal(["0x61", "83401c01", "addl $1, 0x1c(%rax)"], row.Skip(2).Take(3).Select(cell => cell.Text));
        Assert.EndsWith("widget.h:42", row[6].Text, StringComparison.Ordinal);
    }

    // ftrace's calls at function entries are patched to no-ops at boot, so the text of the dump differs from vmlinux there.
    [LabFact("6.1-cloud", "null-deref")]
    public void ShowsWhatVmlinuxHasWhereTheKernelPatchedItself()
    {
        LabDump dump = Lab.Find("6.1-cloud", "null-deref")!;
        using IDumpSession session = DumpSession.Open(dump.Vmcore, new SessionOptions { Vmlinux = dump.Vmlinux }, default);
        Table rows = session.GetPage("dis", "vfs_write", default).Tables[0];
        Assert.StartsWith("0f1f4400", rows.Rows[0][3].Text, StringComparison.Ordinal);
        Assert.StartsWith("e8", rows.Rows[0][7].Text, StringComparison.Ordinal);
        Assert.Contains("differ from vmlinux", Assert.Single(rows.Notes), StringComparison.Ordinal);
        Assert.Contains(rows.Rows, row => row[0].Text == ">" && row[4].Text.StartsWith("call", StringComparison.Ordinal));
    }

    private static Table RowsOf(Page page) => page.Tables.Single(table => table.Key == "rows");

    private static IDumpSession OpenSample()
    {
        LabDump sample = Lab.Sample()!;
        return DumpSession.Open(sample.Vmcore, new SessionOptions { Vmlinux = sample.Vmlinux, DebugDirectories = [sample.Directory] }, default);
    }
}
