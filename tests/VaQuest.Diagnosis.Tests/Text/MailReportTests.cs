// MailReportTests: the mail is narrow, plain, whole, and keeps back what it is told to.
using VaQuest.Diagnosis.Reports;
using VaQuest.Diagnosis.Tests.Reports;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Unwind;
using Xunit;

namespace VaQuest.Diagnosis.Tests.Text;

public sealed class MailReportTests
{
    private const string LongName = "a_function_whose_name_is_longer_than_any_mail_client_could_ever_show_in_one_line_at_all";

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void KeepsWithinItsColumns(bool hideAddresses, bool hideNames)
    {
        string mail = Render(hideAddresses, hideNames);
        Assert.All(mail.Split('\n'), line => Assert.True(line.Length <= MailReport.Width, line));
        Assert.All(mail, c => Assert.True(c is '\n' or (>= ' ' and <= '~'), $"character {(int)c:x}"));
        Assert.DoesNotContain(mail.Split('\n'), line => line.EndsWith(' '));
    }

    [Fact]
    public void HasTheVerdictTheStackAndTheLog()
    {
        string mail = Render();
        Assert.StartsWith("The kernel used a NULL pointer: it tried to write to 0x18 in slot_of", mail, StringComparison.Ordinal);
        Assert.Contains("\n> slot_of [widget]  /src/widget/widget.h:9 (inlined)\n", mail, StringComparison.Ordinal);
        Assert.Contains("\n  vfs_write+0xcc/0x400  fs/read_write.c:582\n", mail, StringComparison.Ordinal);
        Assert.Contains("\n[   12.000000] #PF: supervisor write access in kernel mode\n", mail, StringComparison.Ordinal);
        Assert.Contains("signature:    null-pointer-dereference: widget:widget_store < vfs_write <\n", mail, StringComparison.Ordinal);
    }

    [Fact]
    public void NeverBreaksAName()
    {
        CrashMaterial material = FakeCrash.Material();
        StackFrame longFrame = material.Stacks[0].Frames[4] with { Function = LongName };
        StackFrame wide = material.Stacks[0].Frames[5] with { Function = LongName[..60] };
        StackTrace stack = material.Stacks[0] with { Frames = [.. material.Stacks[0].Frames.Take(4), longFrame, wide] };
        string mail = MailReport.Render(ReportBuilder.Build(material with { Stacks = [stack] }), new MailOptions());
        Assert.Contains($"\n  {LongName}+0xcc/0x400\n      fs/read_write.c:582\n", mail, StringComparison.Ordinal);
        Assert.Contains($"\n  {LongName[..60]}+0x5c/0xc0\n      arch/x86/entry/common.c:80\n", mail, StringComparison.Ordinal);
    }

    [Fact]
    public void HidesAddressesAndKeepsWhichAreEqual()
    {
        CrashMaterial material = FakeCrash.Material();
        material = material with
        {
            Log =
            [
                .. material.Log, FakeCrash.Record(7, 12.123456, "RAX: 0000000000000018 RBX: ffff888001234000 RCX: 0000000000000000"),
                FakeCrash.Record(8, 12.123457, "RDX: ffff888001235000 RSI: ffff888001234000 PGD 5e4b067 P4D 5e4c067"),
            ],
        };
        string mail = MailReport.Render(ReportBuilder.Build(material), new MailOptions { HideAddresses = true });
        Assert.DoesNotContain("ffff8880", mail, StringComparison.Ordinal);
        Assert.DoesNotContain("5e4b067", mail, StringComparison.Ordinal);
        Assert.Contains("[   12.123456] RAX: 0000000000000018 RBX: <address-", mail, StringComparison.Ordinal);
        string[] words = mail.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(words[Array.IndexOf(words, "RBX:") + 1], words[Array.IndexOf(words, "RSI:") + 1]);
        Assert.NotEqual(words[Array.IndexOf(words, "RBX:") + 1], words[Array.IndexOf(words, "RDX:") + 1]);
        Assert.Contains("slot_of", mail, StringComparison.Ordinal);
        Assert.Contains("0123456789abcdef0123456789abcdef01234567", mail, StringComparison.Ordinal);
    }

    [Fact]
    public void HidesNames()
    {
        CrashMaterial material = FakeCrash.Material();
        material = material with
        {
            System = material.System with { Hostname = "db7.example.org" },
            Warnings = ["/home/ana/debug/vmlinux has build id aa: refused"],
            Log = [.. material.Log, FakeCrash.Record(7, 12, "systemd[1]: Hostname set to <db7.example.org>"), FakeCrash.Record(8, 12, "CPU: 0 PID: 9 Comm: payroll Not tainted 6.1.0")],
        };
        string mail = MailReport.Render(ReportBuilder.Build(material), new MailOptions { HideNames = true });
        foreach (string secret in new[] { "db7", "payroll", "console=ttyS0", "/src/widget/", "ana/", " sh", "Comm: sh" })
        {
            Assert.DoesNotContain(secret, mail, StringComparison.Ordinal);
        }

        Assert.Contains("task:         PID 77 <name>, CPU 1", mail, StringComparison.Ordinal);
        Assert.Contains("widget_store", mail, StringComparison.Ordinal);
    }

    private static string Render(bool hideAddresses = false, bool hideNames = false) =>
        MailReport.Render(ReportBuilder.Build(FakeCrash.Material()), new MailOptions { HideAddresses = hideAddresses, HideNames = hideNames });
}
