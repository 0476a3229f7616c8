// OrcDecoderTests: the four row layouts give the same rows.
using System.Buffers.Binary;
using VaQuest.DebugInfo.Orc;
using Xunit;

namespace VaQuest.DebugInfo.Tests.Orc;

public sealed class OrcDecoderTests
{
    /// <summary>Bits worked out by hand from struct orc_entry of each release: sp register, bp register, type, signal, end.</summary>
    [Theory]
    [InlineData(OrcLayout.V1, 0x0015, OrcRowType.Call, OrcRegister.Sp, OrcRegister.PreviousSp, false)]
    [InlineData(OrcLayout.V1, 0x0105, OrcRowType.Regs, OrcRegister.Sp, OrcRegister.Undefined, true)]
    [InlineData(OrcLayout.V1, 0x0205, OrcRowType.RegsPartial, OrcRegister.Sp, OrcRegister.Undefined, true)]
    [InlineData(OrcLayout.V1, 0x0400, OrcRowType.EndOfStack, OrcRegister.Undefined, OrcRegister.Undefined, false)]
    [InlineData(OrcLayout.V1, 0x0000, OrcRowType.Undefined, OrcRegister.Undefined, OrcRegister.Undefined, false)]
    [InlineData(OrcLayout.V2, 0x0505, OrcRowType.Regs, OrcRegister.Sp, OrcRegister.Undefined, true)]
    [InlineData(OrcLayout.V2, 0x0800, OrcRowType.EndOfStack, OrcRegister.Undefined, OrcRegister.Undefined, false)]
    [InlineData(OrcLayout.V3, 0x0215, OrcRowType.Call, OrcRegister.Sp, OrcRegister.PreviousSp, false)]
    [InlineData(OrcLayout.V3, 0x0b05, OrcRowType.Regs, OrcRegister.Sp, OrcRegister.Undefined, true)]
    [InlineData(OrcLayout.V3, 0x0405, OrcRowType.RegsPartial, OrcRegister.Sp, OrcRegister.Undefined, false)]
    [InlineData(OrcLayout.V3, 0x0100, OrcRowType.EndOfStack, OrcRegister.Undefined, OrcRegister.Undefined, false)]
    [InlineData(OrcLayout.V4, 0x0283, OrcRowType.Call, OrcRegister.Sp, OrcRegister.PreviousSp, false)]
    [InlineData(OrcLayout.V4, 0x020a, OrcRowType.Call, OrcRegister.BpIndirect, OrcRegister.Undefined, false)]
    [InlineData(OrcLayout.V3, 0x020f, OrcRowType.Call, OrcRegister.Invalid, OrcRegister.Undefined, false)]
    public void DecodesRows(OrcLayout layout, int bits, OrcRowType type, OrcRegister sp, OrcRegister bp, bool isSignal)
    {
        byte[] row = [8, 0, 0xf0, 0xff, unchecked((byte)bits), unchecked((byte)(bits >> 8))];

        Assert.Equal(new OrcRow(type, sp, 8, bp, -16, isSignal), OrcDecoder.Decode(row, layout));
    }

    [Theory]
    [InlineData("4.19.0-27-amd64", OrcLayout.V1)]
    [InlineData("6.1.0-56-cloud-amd64", OrcLayout.V1)]
    [InlineData("6.3.1", OrcLayout.V2)]
    [InlineData("6.4.0-rc1", OrcLayout.V3)]
    [InlineData("6.12.95+deb12-cloud-amd64", OrcLayout.V3)]
    [InlineData("7.0.1", OrcLayout.V3)]
    [InlineData("7.1.0", OrcLayout.V4)]
    [InlineData("5.14.0-503.11.1.el9_5.x86_64", OrcLayout.V1)]
    [InlineData("5.14.0-570.1.1.el9_6.x86_64", OrcLayout.V3)]
    [InlineData("nonsense", OrcLayout.V1)]
    public void KnowsTheLayoutOfARelease(string release, OrcLayout layout) => Assert.Equal(layout, OrcDecoder.LayoutOfRelease(release));

    [Fact]
    public void KnowsTheLayoutOfAHeader()
    {
        Assert.Equal(OrcLayout.V3, OrcDecoder.LayoutOfHeader(Convert.FromHexString("fe5d32bf581bd63b2ca9a5c65ba5a625eab3fe24")));
        Assert.Null(OrcDecoder.LayoutOfHeader(new byte[20]));
    }

    [Fact]
    public void FindsTheLastRowOfEqualAddressesAndNothingBeforeTheFirst()
    {
        const ulong addresses = 0xffffffff83000000;
        const ulong rows = 0xffffffff83001000;
        ulong[] starts = [0xffffffff81000010, 0xffffffff81000020, 0xffffffff81000020, 0xffffffff81000030];
        var memory = new TestKit.FakeVirtualMemory();
        var table = new byte[16];
        var data = new byte[24];
        for (int i = 0; i < starts.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(table.AsSpan(i * 4), unchecked((int)(starts[i] - (addresses + ((ulong)i * 4)))));
            BinaryPrimitives.WriteInt16LittleEndian(data.AsSpan(i * 6), (short)(8 * (i + 1)));
            BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan((i * 6) + 4), 0x0205);
        }

        memory.Add(addresses, table);
        memory.Add(rows, data);
        var orc = new OrcTable(addresses, rows, 4, OrcLayout.V3, memory.Read);

        Assert.False(orc.TryFind(0xffffffff8100000f, out _));
        Assert.True(orc.TryFind(0xffffffff81000010, out OrcRow first));
        Assert.True(orc.TryFind(0xffffffff8100002f, out OrcRow twin));
        Assert.True(orc.TryFind(0xffffffffa0000000, out OrcRow last));
        Assert.Equal((8, 24, 32), (first.SpOffset, twin.SpOffset, last.SpOffset));
        Assert.False(new OrcTable(addresses, rows + 0x10000, 4, OrcLayout.V3, memory.Read).TryFind(0xffffffff81000010, out _));
    }
}
