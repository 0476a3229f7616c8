// BtfCatalogHostileTests: damaged BTF is refused or read as far as it goes.
using VaQuest.Binary;
using VaQuest.DebugInfo.Btf;
using VaQuest.DebugInfo.Types;
using VaQuest.TestKit.Tables;
using Xunit;

namespace VaQuest.DebugInfo.Tests.Btf;

public sealed class BtfCatalogHostileTests
{
    [Fact]
    public void RejectsForeignBytes() => Rejects(FormatError.NotRecognized, bytes => bytes[0] = 0);

    [Fact]
    public void RejectsAnUnknownVersion() => Rejects(FormatError.Unsupported, bytes => bytes[2] = 9);

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(12)]
    [InlineData(16)]
    [InlineData(20)]
    public void RejectsSectionsOutsideTheBlob(int field) => Rejects(FormatError.BadHeader, bytes => bytes.AsSpan(field, 4).Fill(0xff));

    [Fact]
    public void AcceptsTheSameBlobUndamaged() => Assert.NotNull(BtfCatalog.Open(new ByteRegion(Blob()), "test").FindStruct("a"));

    [Fact]
    public void KeepsTypesBeforeAnUnknownKind()
    {
        var builder = new BtfBuilder();
        builder.AddStruct("before", 4, false);
        builder.Add("odd", 31, 0, 0, false);
        builder.AddStruct("after", 4, false);

        BtfCatalog catalog = BtfCatalog.Open(new ByteRegion(builder.Build()), "test");

        Assert.NotNull(catalog.FindStruct("before"));
        Assert.Null(catalog.FindStruct("after"));
        Assert.Contains("unknown kind 31", catalog.Damage, StringComparison.Ordinal);
    }

    [Fact]
    public void SurvivesTypesThatReferToThemselves()
    {
        var builder = new BtfBuilder();
        builder.AddTypedef("loop", builder.NextId);
        builder.AddStruct("nest", 8, false, ("", builder.NextId, 0, 0));
        BtfCatalog catalog = BtfCatalog.Open(new ByteRegion(builder.Build()), "test");

        Assert.Null(catalog.FindNamed("loop")!.ByteSize);
        Assert.Null(catalog.FindStruct("nest")!.FindField("missing"));
    }

    /// <summary>Ten ways on at each of sixteen levels would be looked through for years.</summary>
    [Fact]
    public void SurvivesAnonymousMembersThatBranchIntoTheirOwnStruct()
    {
        var builder = new BtfBuilder();
        builder.AddStruct("nest", 8, false, [.. Enumerable.Repeat(("", builder.NextId, 0, 0), 10), ("last", 0, 64, 0)]);
        BtfCatalog catalog = BtfCatalog.Open(new ByteRegion(builder.Build()), "test");

        Assert.Null(catalog.FindStruct("nest")!.FindField("missing"));
        Assert.NotNull(catalog.FindStruct("nest")!.FindField("last"));
    }

    [Fact]
    public void SurvivesReferencesOutsideTheTable()
    {
        var builder = new BtfBuilder();
        builder.AddStruct("s", 8, false, ("p", 999_999, 0, 0));

        Assert.Same(VoidType.Instance, BtfCatalog.Open(new ByteRegion(builder.Build()), "test").FindStruct("s")!.FindField("p")!.Type);
    }

    [Fact]
    public void AnswersEveryTruncationWithoutAnotherException()
    {
        byte[] whole = Blob();
        for (int length = 0; length < whole.Length; length++)
        {
            byte[] cut = whole[..length];
            Exception? error = Record.Exception(() => BtfCatalog.Open(new ByteRegion(cut), "test").FindStruct("a")?.FindField("m"));
            Assert.IsType<DumpFormatException>(error);
        }
    }

    private static byte[] Blob()
    {
        var builder = new BtfBuilder();
        int word = builder.AddInt("int", 4, isSigned: true);
        builder.AddStruct("a", 4, false, ("m", word, 0, 0));
        return builder.Build();
    }

    private static void Rejects(FormatError expected, Action<byte[]> damage)
    {
        byte[] bytes = Blob();
        damage(bytes);
        var error = Assert.Throws<DumpFormatException>(() => BtfCatalog.Open(new ByteRegion(bytes), "test"));
        Assert.Equal(expected, error.Error);
    }
}
