// VmcoreinfoTableTests: the kernel's facts for dump readers, sound and nonsense.
using System.Text;
using VaQuest.Binary;
using VaQuest.Dumps.Vmcoreinfo;
using Xunit;

namespace VaQuest.Dumps.Tests.Vmcoreinfo;

public sealed class VmcoreinfoTableTests
{
    private static VmcoreinfoTable Parse(string text) => VmcoreinfoTable.Parse(Encoding.Latin1.GetBytes(text));

    [Fact]
    public void ReadsEveryForm()
    {
        VmcoreinfoTable table = Parse(
            "OSRELEASE=6.1.0-56-cloud-amd64\nBUILD-ID=0123456789ABCDEF0123456789abcdef01234567\nPAGESIZE=4096\nSYMBOL(_stext)=ffffffffab800000\n"
            + "OFFSET(task_struct.pid)=1234\nSIZE(page)=64\nLENGTH(zone.free_area)=11\nNUMBER(phys_base)=-645922816\nNUMBER(VA_BITS)=48\n"
            + "NUMBER(kimage_voffset)=0xffff7fffc0000000\nKERNELOFFSET=2a800000\nCONFIG_X86_PAE=y\nX(y)=kept=verbatim\n");
        Assert.Equal("6.1.0-56-cloud-amd64", table.Release);
        Assert.Equal("0123456789abcdef0123456789abcdef01234567", table.BuildId);
        Assert.Equal(new VirtAddr(0xffffffffab800000), table.FindSymbol("_stext"));
        Assert.Equal(1234, table.FindOffset("task_struct.pid"));
        Assert.Equal(64, table.FindSize("page"));
        Assert.Equal(11, table.FindLength("zone.free_area"));
        Assert.Equal(-645922816, table.FindNumber("phys_base"));
        Assert.Equal(unchecked((long)0xffff7fffc0000000), table.FindNumber("kimage_voffset"));
        Assert.Equal(0x2a800000ul, table.KernelOffset);
        Assert.Equal("kept=verbatim", table.Find("X(y)"));
        Assert.Empty(table.Warnings);
    }

    [Theory]
    [InlineData("0", 0L)]
    [InlineData("-1", -1L)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("0x10", 16L)]
    [InlineData("99999999999999999999999", null)]
    [InlineData("10a", null)]
    [InlineData("", null)]
    [InlineData("--1", null)]
    [InlineData("0xzz", null)]
    public void ReadsNumbersAndNeverGuessesHex(string text, long? expected) => Assert.Equal(expected, Parse($"NUMBER(x)={text}\n").FindNumber("x"));

    [Theory]
    [InlineData("SIZE(x)=-1")]
    [InlineData("SIZE(x)=99999999999")]
    [InlineData("SIZE(x)=4 ")]
    [InlineData("SIZE(x)=0x40")]
    public void RefusesSizesThatAreNoSmallNumbers(string line)
    {
        int? size = Parse(line + "\n").FindSize("x");
        Assert.Equal(line.EndsWith("4 ", StringComparison.Ordinal) ? 4 : null, size);
    }

    [Theory]
    [InlineData("e7d1b2")]
    [InlineData("zz23456789abcdef0123456789abcdef01234567")]
    [InlineData("")]
    public void TakesNoGarbageForABuildId(string text) => Assert.Null(Parse($"BUILD-ID={text}\n").BuildId);

    [Fact]
    public void KeepsTheFirstOfDuplicatesAndWarns()
    {
        VmcoreinfoTable table = Parse("A=1\nA=2\n");
        Assert.Equal("1", table.Find("A"));
        Assert.Contains("A twice", Assert.Single(table.Warnings));
    }

    [Fact]
    public void ReadsTextWithoutAFinalNewlineOrWithNuls()
    {
        Assert.Equal("x", Parse("OSRELEASE=x").Release);
        Assert.Equal("x", Parse("OSRELEASE=x\n\0\0\0").Release);
        Assert.True(Parse("").IsEmpty);
        Assert.True(Parse("no equals sign\n=value\n\n").IsEmpty);
    }

    [Fact]
    public void ReadsNoMoreThanAMegabyte()
    {
        byte[] text = Encoding.ASCII.GetBytes("A=1\n" + new string('x', 2 << 20) + "\nB=2\n");
        VmcoreinfoTable table = VmcoreinfoTable.Parse(text);
        Assert.Equal("1", table.Find("A"));
        Assert.Null(table.Find("B"));
        Assert.Single(table.Warnings);
    }

    [Fact]
    public void SurvivesNoise()
    {
        var random = new Random(3);
        byte[] sound = Encoding.ASCII.GetBytes("OSRELEASE=6.1\nNUMBER(phys_base)=-1\nSYMBOL(x)=ff\nOFFSET(a.b)=1\n");
        for (int i = 0; i < 5000; i++)
        {
            byte[] text = [.. sound];
            text[random.Next(text.Length)] = (byte)random.Next(256);
            VmcoreinfoTable table = VmcoreinfoTable.Parse(text);
            _ = (table.FindNumber("phys_base"), table.FindSymbol("x"), table.FindOffset("a.b"), table.BuildId, table.KernelOffset);
        }
    }
}
