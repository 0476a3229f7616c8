// CallFrameTableHostileTests: call frames that lie: one change each to a section that is accepted.
using VaQuest.DebugInfo.Frames;
using Xunit;

namespace VaQuest.DebugInfo.Tests.Frames;

public sealed class CallFrameTableHostileTests
{
    private const string Accepted = "cfa=rsp+16 rbp=c-16 ra=c-8";

    private static readonly byte[] s_push = [0x41, 0x0e, 16, 0x86, 2];

    [Theory]
    [InlineData(3, 0xff, "0xff")] // length of the CIE
    [InlineData(4, 0xfe, "outside")] // id of the CIE: now it is a description
    [InlineData(8, 9, "version 9")] // version
    public void ReportsADamagedEntry(int offset, byte value, string issue)
    {
        CallFrameTable table = Simple().Open(bytes => bytes[offset] = value);

        Assert.Equal("none", CallFrameBuilder.Render(table, 0x1011));
        Assert.Contains(issue, Assert.Single(table.Issues));
        Assert.Equal(Accepted, CallFrameBuilder.Render(Simple().Open(), 0x1011));
    }

    [Fact]
    public void SurvivesEveryCut()
    {
        byte[] whole = Simple().Section();
        for (int length = 1; length < whole.Length; length++)
        {
            string found = CallFrameBuilder.Render(CallFrameBuilder.Open(whole[..length], isEhFrame: false), 0x1011);

            Assert.Equal("none", found);
        }
    }

    [Fact]
    public void SurvivesEveryByteBeingBent()
    {
        byte[] whole = Simple().Section();
        for (int i = 0; i < whole.Length; i++)
        {
            foreach (byte value in (byte[])[0, 1, 0x7f, 0x80, 0xff])
            {
                CallFrameTable table = Simple().Open(bytes => bytes[i] = value);

                Assert.NotNull(CallFrameBuilder.Render(table, 0x1011));
                table.VisitAll(17, (_, _) => { }, Assert.NotEmpty);
            }
        }
    }

    [Theory]
    [InlineData(new byte[] { 0x0b })] // restore without remember
    [InlineData(new byte[] { 0x3f })] // unknown instruction
    [InlineData(new byte[] { 0x0f, 0xff, 0xff, 0xff, 0xff, 0x0f })] // an expression of 4 GB
    [InlineData(new byte[] { 0x0e, 0x80, 0x80, 0x80 })] // cut
    [InlineData(new byte[] { 0x0f, 1, 0x50, 0x0d, 6 })] // a register for a CFA that has none
    public void RefusesADamagedProgram(byte[] program)
    {
        var builder = new CallFrameBuilder { Functions = { (0x1010, 0x10, program) } };
        var damage = new List<string>();

        CallFrameTable table = builder.Open();
        table.VisitAll(17, (_, _) => { }, damage.Add);

        Assert.Equal("none", CallFrameBuilder.Render(table, 0x1011));
        Assert.Contains(".debug_frame", Assert.Single(damage));
    }

    [Fact]
    public void LimitsRememberedRows()
    {
        Assert.Equal("cfa=rsp+8 ra=c-8", CallFrameBuilder.Render(Remembering(CallFrameProgram.MaxRemembered).Open(), 0x1011));
        Assert.Equal("none", CallFrameBuilder.Render(Remembering(CallFrameProgram.MaxRemembered + 1).Open(), 0x1011));
    }

    [Fact]
    public void KeepsTheOtherFunctionsOfADamagedSection()
    {
        var builder = new CallFrameBuilder { Functions = { (0x1000, 0x10, [0x3f]), (0x1010, 0x10, s_push) } };

        Assert.Equal(Accepted, CallFrameBuilder.Render(builder.Open(), 0x1011));
    }

    [Fact]
    public void RefusesAnUnknownAugmentation()
    {
        var builder = new CallFrameBuilder { Augmentation = "armcc+", Functions = { (0x1010, 0x10, s_push) } };

        Assert.Contains("augmentation", Assert.Single(builder.Open().Issues));
    }

    [Fact]
    public void RefusesIndirectPointers()
    {
        var builder = new CallFrameBuilder
        {
            IsEhFrame = true, Augmentation = "zR", AugmentationData = [0x80], Functions = { (0x1010, 0x10, s_push) },
        };

        Assert.Contains("indirect", Assert.Single(builder.Open().Issues));
    }

    [Fact]
    public void IgnoresRegistersThatDoNotExist()
    {
        var builder = new CallFrameBuilder { Functions = { (0x1010, 0x10, [0x05, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f, 1, .. s_push]) } };

        Assert.Equal(Accepted, CallFrameBuilder.Render(builder.Open(), 0x1011));
    }

    private static CallFrameBuilder Simple() => new() { Functions = { (0x1010, 0x10, s_push) } };

    private static CallFrameBuilder Remembering(int count) =>
        new() { Functions = { (0x1010, 0x10, [.. Enumerable.Repeat((byte)0x0a, count)]) } };
}
