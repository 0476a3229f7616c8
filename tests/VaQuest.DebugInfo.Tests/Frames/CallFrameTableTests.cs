// CallFrameTableTests: call frame rows of sections made by hand.
using VaQuest.DebugInfo.Frames;
using VaQuest.TestKit.Elf;
using Xunit;

namespace VaQuest.DebugInfo.Tests.Frames;

public sealed class CallFrameTableTests
{
    private static readonly byte[] s_push = [0x41, 0x0e, 16, 0x86, 2]; // advance 1; CFA offset 16; rbp at CFA - 16

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public void ReadsDebugFrameOfEachVersion(byte version)
    {
        var builder = new CallFrameBuilder { Version = version, Functions = { (0x1010, 0x10, s_push), (0x1000, 0x10, []) } };
        CallFrameTable table = builder.Open();

        Assert.Equal(2, table.Count);
        Assert.Equal("cfa=rsp+8 ra=c-8", CallFrameBuilder.Render(table, 0x1010));
        Assert.Equal("cfa=rsp+16 rbp=c-16 ra=c-8", CallFrameBuilder.Render(table, 0x1011));
        Assert.Equal("cfa=rsp+16 rbp=c-16 ra=c-8", CallFrameBuilder.Render(table, 0x101f));
        Assert.Equal("cfa=rsp+8 ra=c-8", CallFrameBuilder.Render(table, 0x1005));
        Assert.Equal("none", CallFrameBuilder.Render(table, 0x1020));
        Assert.Equal("none", CallFrameBuilder.Render(table, 0xfff));
        Assert.Empty(table.Issues);
    }

    [Fact]
    public void ReadsEhFrameWithAllOfItsAugmentation()
    {
        // z: length; P: personality (udata4), L: language data (udata4), R: addresses relative to their place (sdata4), S: signal frame.
        var builder = new CallFrameBuilder
        {
            IsEhFrame = true,
            Augmentation = "zPLRS",
            AugmentationData = [0x03, 1, 2, 3, 4, 0x03, 0x1b],
            WriteAddress = (body, value) => body.U32(unchecked((uint)(value - (CallFrameBuilder.EhFrameAddress + (ulong)body.Position)))),
            WriteLength = (body, value) => body.U32((uint)value),
            Functions = { (0x1010, 0x10, s_push) },
        };
        CallFrameTable table = builder.Open();
        var row = new UnwindRow(17);

        Assert.True(table.TryFindRow(0x1012, null, row));
        Assert.True(row.IsSignal);
        Assert.Equal("cfa=rsp+16 rbp=c-16 ra=c-8", RowText.Render(row));
    }

    [Theory]
    [InlineData(0x00)] // absptr
    [InlineData(0x01)] // uleb128
    [InlineData(0x02)] // udata2
    [InlineData(0x04)] // udata8
    [InlineData(0x0a)] // sdata2
    [InlineData(0x10)] // pcrel absptr
    [InlineData(0x23)] // textrel udata4
    [InlineData(0x2b)] // textrel sdata4
    public void ReadsEachPointerEncoding(byte encoding)
    {
        var builder = new CallFrameBuilder
        {
            IsEhFrame = true,
            Augmentation = "zR",
            AugmentationData = [encoding],
            WriteAddress = (body, value) => Write(body, encoding, unchecked((encoding & 0x70) switch
            {
                0x10 => value - (CallFrameBuilder.EhFrameAddress + (ulong)body.Position),
                0x20 => value - CallFrameBuilder.TextAddress,
                _ => value,
            })),
            WriteLength = (body, value) => Write(body, encoding, value),
            Functions = { (0x1010, 0x10, s_push) },
        };

        Assert.Equal("cfa=rsp+16 rbp=c-16 ra=c-8", CallFrameBuilder.Render(builder.Open(), 0x1011));
    }

    [Fact]
    public void RunsEveryInstruction()
    {
        byte[] program =
        [
            0x0a, // remember
            0x05, 3, 2, // offset_extended rbx, CFA - 16
            0x11, 12, 3, // offset_extended_sf r12, CFA - 24
            0x08, 13, // same_value r13
            0x07, 14, // undefined r14
            0x09, 15, 2, // register r15 in rcx
            0x14, 0, 1, // val_offset rax, CFA - 8
            0x15, 1, 0x7f, // val_offset_sf rdx, CFA + 8
            0x10, 2, 1, 0x50, // expression rcx
            0x16, 4, 1, 0x50, // val_expression rsi
            0x2f, 5, 1, // GNU_negative_offset_extended rdi, CFA + 8
            0x2e, 8, 0x00, 0x2d, // GNU_args_size, nop, GNU_window_save
            0x13, 0x7e, // def_cfa_offset_sf +16
            0x0d, 6, // def_cfa_register rbp
            0x02, 1, // advance_loc1
            0x12, 7, 0x7d, // def_cfa_sf rsp + 24
            0x06, 3, // restore_extended rbx
            0xc0 | 12, // restore r12
            0x03, 1, 0, // advance_loc2
            0x0b, // restore_state
            0x04, 1, 0, 0, 0, // advance_loc4
            0x0f, 2, 0x77, 0x08, // def_cfa_expression: breg7 8
            0x01, 0x08, 0x10, 0, 0, 0, 0, 0, 0, // set_loc 0x1008
            0x0c, 10, 0, // def_cfa r10
            0x1d, 1, 0, 0, 0, 0, 0, 0, 0, // MIPS_advance_loc8
            0x07, 16, // undefined return address
        ];
        CallFrameTable table = new CallFrameBuilder { Functions = { (0x1000, 0x100, program) } }.Open();
        var row = new UnwindRow(17);

        Assert.Equal("cfa=rbp+16 rax=v-8 rdx=v+8 rcx=exp rbx=c-16 rsi=vexp rdi=c+8 r12=c-24 r13=s r14=u r15=rcx ra=c-8", CallFrameBuilder.Render(table, 0x1000));
        Assert.Equal("cfa=rsp+24 rax=v-8 rdx=v+8 rcx=exp rsi=vexp rdi=c+8 r13=s r14=u r15=rcx ra=c-8", CallFrameBuilder.Render(table, 0x1001));
        Assert.Equal("cfa=rsp+8 ra=c-8", CallFrameBuilder.Render(table, 0x1002));
        Assert.Equal("cfa=exp ra=c-8", CallFrameBuilder.Render(table, 0x1003));
        Assert.Equal("cfa=r10+0 ra=c-8", CallFrameBuilder.Render(table, 0x1008));
        Assert.True(table.TryFindRow(0x1009, null, row));
        Assert.Equal(UnwindRowType.EndOfStack, row.Type);
    }

    private static void Write(ByteAssembler body, byte encoding, ulong value)
    {
        int size = (encoding & 0x0f) switch { 0 or 4 => 8, 2 or 0xa => 2, 3 or 0xb => 4, _ => 0 };
        _ = size == 0 ? body.Uleb(value) : body.Append(value, size);
    }
}
