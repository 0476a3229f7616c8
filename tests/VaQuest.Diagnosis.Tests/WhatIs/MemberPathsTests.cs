// MemberPathsTests: offsets into structures, named as C does.
using VaQuest.Binary;
using VaQuest.DebugInfo.Btf;
using VaQuest.DebugInfo.Types;
using VaQuest.Diagnosis.WhatIs.Objects;
using VaQuest.TestKit.Tables;
using Xunit;

namespace VaQuest.Diagnosis.Tests.WhatIs;

public sealed class MemberPathsTests
{
    [Theory]
    [InlineData(0, "id")]
    [InlineData(2, "id+0x2")]
    [InlineData(5, null)]
    [InlineData(8, "link.next")]
    [InlineData(16, "link.prev")]
    [InlineData(20, "link.prev+0x4")]
    [InlineData(24, "slots[0].next")]
    [InlineData(48, "slots[1].prev")]
    [InlineData(56, "first")]
    [InlineData(64, "tail[0].next")]
    [InlineData(96, "tail[2].next")]
    public void NamesMembers(int offset, string? path)
    {
        var btf = new BtfBuilder();
        int word = btf.AddInt("unsigned long", 8);
        int small = btf.AddInt("int", 4);
        int list = btf.AddStruct("list_head", 16, false, ("next", word, 0, 0), ("prev", word, 64, 0));
        int pair = btf.AddArray(list, small, 2);
        int flexible = btf.AddArray(list, small, 0);
        int either = btf.AddStruct("", 8, true, ("first", word, 0, 0), ("second", word, 0, 0));
        btf.AddStruct(
            "box", 64, false, ("id", small, 0, 0), ("link", list, 64, 0), ("slots", pair, 192, 0), ("", either, 448, 0), ("tail", flexible, 512, 0));
        StructType box = BtfCatalog.Open(new ByteRegion(btf.Build()), "test").FindStruct("box")!;

        Assert.Equal(path, MemberPaths.At(box, (ulong)offset, type => type.Unqualified));
    }
}
