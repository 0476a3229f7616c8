// BtfCatalogTests: reading C types from BTF.
using VaQuest.Binary;
using VaQuest.DebugInfo.Btf;
using VaQuest.DebugInfo.Types;
using VaQuest.TestKit.Tables;
using Xunit;

namespace VaQuest.DebugInfo.Tests.Btf;

public sealed class BtfCatalogTests
{
    [Fact]
    public void ReadsMembersThroughAnonymousUnionsAndPaths()
    {
        var builder = new BtfBuilder();
        int word = builder.AddInt("long unsigned int", 8);
        int point = builder.AddStruct("point", 16, false, ("x", word, 0, 0), ("y", word, 64, 0));
        int anonymous = builder.AddStruct("", 16, true, ("whole", point, 0, 0), ("raw", word, 0, 0));
        builder.AddStruct("shape", 24, false, ("id", word, 0, 0), ("", anonymous, 64, 0));
        BtfCatalog catalog = Open(builder);

        StructType shape = catalog.FindStruct("shape")!;

        Assert.Equal(24, shape.ByteSize);
        Assert.Equal(16, shape.FindField("whole.y")!.ByteOffset);
        Assert.Equal(8, shape.FindField("raw")!.ByteOffset);
        Assert.Null(shape.FindField("whole.z"));
        Assert.Null(shape.FindField("id.x"));
    }

    [Fact]
    public void ReadsBitFields()
    {
        var builder = new BtfBuilder();
        int unsigned = builder.AddInt("unsigned int", 4);
        builder.AddStruct("flags", 4, false, ("a", unsigned, 0, 3), ("b", unsigned, 3, 5));

        Field b = Open(builder).FindStruct("flags")!.FindField("b")!;

        Assert.Equal((3L, 5), (b.BitOffset, b.BitSize));
    }

    [Fact]
    public void ReadsEnumsOfBothWidths()
    {
        var builder = new BtfBuilder();
        builder.AddEnum("small", true, ("MINUS", -1), ("TWO", 2));
        builder.AddEnum64("large", ("HUGE", 0x8000000000000001));
        builder.AddEnum("", false, ("ANONYMOUS", 7));
        BtfCatalog catalog = Open(builder);

        Assert.Equal(-1, catalog.FindEnum("small")!.FindValue("MINUS"));
        Assert.Equal(unchecked((long)0x8000000000000001), catalog.FindEnum("large")!.FindValue("HUGE"));
        Assert.Equal(7, catalog.FindEnumerator("ANONYMOUS"));
        Assert.Null(catalog.FindEnumerator("NOWHERE"));
    }

    [Fact]
    public void ResolvesTypedefsArraysAndPointers()
    {
        var builder = new BtfBuilder();
        int character = builder.AddInt("char", 1, isSigned: true);
        int array = builder.AddArray(character, character, 16);
        int named = builder.AddTypedef("comm_t", builder.AddConst(array));
        builder.AddStruct("task", 24, false, ("comm", named, 0, 0), ("next", builder.AddPointer(builder.NextId + 1), 128, 0));

        StructType task = Open(builder).FindStruct("task")!;

        var comm = Assert.IsType<ArrayType>(task.FindField("comm")!.Type.Unqualified);
        Assert.Equal(16, comm.Count);
        Assert.Equal(16, task.FindField("comm")!.Type.ByteSize);
        Assert.True(((IntegerType)comm.Element).IsCharacter);
        Assert.Equal(8, task.FindField("next")!.Type.ByteSize);
    }

    [Fact]
    public void ContinuesNumbersAndStringsOfTheBase()
    {
        var kernel = new BtfBuilder();
        int word = kernel.AddInt("u64", 8);
        kernel.AddStruct("list_head", 16, false, ("next", word, 0, 0));
        BtfCatalog baseCatalog = Open(kernel);
        var module = new BtfBuilder(kernel.NextId, kernel.StringBytes);
        module.AddStruct("widget", 24, false, ("list", 2, 0, 0), ("id", word, 128, 0));

        BtfCatalog split = BtfCatalog.Open(new ByteRegion(module.Build()), "module", baseCatalog);

        Assert.Equal(16, split.FindStruct("widget")!.FindField("id")!.ByteOffset);
        Assert.Equal(0, split.FindStruct("widget")!.FindField("list.next")!.ByteOffset);
        Assert.NotNull(split.FindStruct("list_head"));
    }

    [Fact]
    public void PrefersTheDefinitionOverAForwardDeclaration()
    {
        var builder = new BtfBuilder();
        builder.AddForward("thing");
        builder.AddStruct("thing", 4, false);

        Assert.Equal(4, Open(builder).FindStruct("thing")!.ByteSize);
    }

    private static BtfCatalog Open(BtfBuilder builder) => BtfCatalog.Open(new ByteRegion(builder.Build()), "test");
}
