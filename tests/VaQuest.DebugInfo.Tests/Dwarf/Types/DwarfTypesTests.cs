// DwarfTypesTests: C types from DWARF entries.
using VaQuest.Binary;
using VaQuest.Binary.Elf;
using VaQuest.DebugInfo.Dwarf;
using VaQuest.DebugInfo.Dwarf.Types;
using VaQuest.DebugInfo.Types;
using VaQuest.TestKit.Dwarf;
using Xunit;

namespace VaQuest.DebugInfo.Tests.Dwarf.Types;

public sealed class DwarfTypesTests
{
    [Fact]
    public void DecodesMembersBitFieldsAndAnonymousParts()
    {
        StructType type = Open(
            Int(),
            new DwarfEntry(DwarfTag.UnionType, "inner").With(DwarfAttribute.ByteSize, DwarfForm.Data1, 4).Holds(Member("whole", "int", 0)),
            new DwarfEntry(DwarfTag.StructureType).Named("outer").With(DwarfAttribute.ByteSize, DwarfForm.Data1, 16).Holds(
                Member("first", "int", 0),
                new DwarfEntry(DwarfTag.Member).Refers(DwarfAttribute.Type, "inner").With(DwarfAttribute.DataMemberLocation, DwarfForm.Data1, 4),
                new DwarfEntry(DwarfTag.Member).Named("bits").Refers(DwarfAttribute.Type, "int").With(DwarfAttribute.BitSize, DwarfForm.Data1, 3)
                    .With(DwarfAttribute.DataBitOffset, DwarfForm.Data1, 69),
                new DwarfEntry(DwarfTag.Member).Named("old").Refers(DwarfAttribute.Type, "int").With(DwarfAttribute.BitSize, DwarfForm.Data1, 5)
                    .With(DwarfAttribute.ByteSize, DwarfForm.Data1, 4).With(DwarfAttribute.BitOffset, DwarfForm.Data1, 20)
                    .With(DwarfAttribute.DataMemberLocation, DwarfForm.Data1, 12))).FindStruct("outer")!;

        Assert.Equal(16, type.ByteSize);
        Assert.Equal((32L, 0), (type.FindField("whole")!.BitOffset, type.FindField("whole")!.BitSize));
        Assert.Equal((69L, 3), (type.FindField("bits")!.BitOffset, type.FindField("bits")!.BitSize));

        // From the most significant end of 32 bits at byte 12: 96 + 32 - 20 - 5.
        Assert.Equal((103L, 5), (type.FindField("old")!.BitOffset, type.FindField("old")!.BitSize));
    }

    [Fact]
    public void SpellsDeclarations()
    {
        DwarfTypes types = Open(
            Int(),
            new DwarfEntry(DwarfTag.ConstType, "const").Refers(DwarfAttribute.Type, "int"),
            new DwarfEntry(DwarfTag.PointerType, "pointer").Refers(DwarfAttribute.Type, "const"),
            new DwarfEntry(DwarfTag.ArrayType, "matrix").Refers(DwarfAttribute.Type, "int").Holds(
                new DwarfEntry(DwarfTag.SubrangeType).With(DwarfAttribute.UpperBound, DwarfForm.Data1, 1),
                new DwarfEntry(DwarfTag.SubrangeType).With(DwarfAttribute.Count, DwarfForm.Data1, 3)),
            new DwarfEntry(DwarfTag.SubroutineType, "function").Refers(DwarfAttribute.Type, "int").Holds(
                new DwarfEntry(DwarfTag.FormalParameter).Refers(DwarfAttribute.Type, "pointer"), new DwarfEntry(DwarfTag.UnspecifiedParameters)),
            new DwarfEntry(DwarfTag.PointerType, "to function").Refers(DwarfAttribute.Type, "function"),
            new DwarfEntry(DwarfTag.PointerType, "tagged").Refers(DwarfAttribute.Type, "int").Holds(
                new DwarfEntry(DwarfTag.LlvmAnnotation).Named("btf_type_tag").With(DwarfAttribute.ConstValue, "percpu")),
            new DwarfEntry(DwarfTag.Typedef).Named("matrix_t").Refers(DwarfAttribute.Type, "matrix"),
            new DwarfEntry(DwarfTag.Typedef).Named("pointer_t").Refers(DwarfAttribute.Type, "pointer"),
            new DwarfEntry(DwarfTag.Typedef).Named("callback_t").Refers(DwarfAttribute.Type, "to function"),
            new DwarfEntry(DwarfTag.Typedef).Named("tagged_t").Refers(DwarfAttribute.Type, "tagged"));

        Assert.Equal("int m[2][3]", Spell(types, "matrix_t", "m"));
        Assert.Equal(24, types.FindNamed("matrix_t")!.ByteSize);
        Assert.Equal("const int *p", Spell(types, "pointer_t", "p"));
        Assert.Equal("int (*f)(const int *, ...)", Spell(types, "callback_t", "f"));
        Assert.Equal("int __percpu *v", Spell(types, "tagged_t", "v"));
    }

    [Fact]
    public void KnowsTheSignsOfEnums()
    {
        DwarfTypes types = Open(
            Int(),
            new DwarfEntry(DwarfTag.EnumerationType).Named("sign").With(DwarfAttribute.ByteSize, DwarfForm.Data1, 4).Refers(DwarfAttribute.Type, "int").Holds(
                Constant("MINUS", DwarfForm.Sdata, unchecked((ulong)-1L)), Constant("WHOLE", DwarfForm.Data4, 0xfffffffe), Constant("SMALL", DwarfForm.Data1, 200)));

        EnumType type = types.FindEnum("sign")!;
        Assert.True(type.IsSigned);
        Assert.Equal([-1L, -2L, 200L], type.Enumerators.Select(enumerator => enumerator.Value));
        Assert.Equal(-2, types.FindEnumerator("WHOLE"));
        Assert.Null(types.FindEnumerator("NONE"));
    }

    [Fact]
    public void TakesDeclarationsAsIncomplete()
    {
        DwarfTypes types = Open(new DwarfEntry(DwarfTag.StructureType).Named("hidden").With(DwarfAttribute.Declaration, DwarfForm.FlagPresent, 1));

        Assert.Null(types.FindStruct("hidden"));
    }

    [Fact]
    public void BoundsTypesOfThemselves()
    {
        DwarfTypes types = Open(
            new DwarfEntry(DwarfTag.ArrayType, "array").Refers(DwarfAttribute.Type, "array").Holds(
                new DwarfEntry(DwarfTag.SubrangeType).With(DwarfAttribute.Count, DwarfForm.Data4, 0x7fffffff)),
            new DwarfEntry(DwarfTag.Typedef).Named("endless").Refers(DwarfAttribute.Type, "array"),
            new DwarfEntry(DwarfTag.Typedef, "circle").Named("circle").Refers(DwarfAttribute.Type, "circle"),
            new DwarfEntry(DwarfTag.PointerType, "loop").Refers(DwarfAttribute.Type, "loop"),
            new DwarfEntry(DwarfTag.Typedef).Named("loop_t").Refers(DwarfAttribute.Type, "loop"));

        Assert.Null(types.FindNamed("endless")!.ByteSize);
        Assert.Null(types.FindNamed("circle")!.ByteSize);
        Assert.Contains("...", Spell(types, "loop_t", "p"), StringComparison.Ordinal);
        Assert.Contains("...", Spell(types, "endless", "a"), StringComparison.Ordinal);
    }

    [Fact]
    public void TakesAnEntryOutsideOfEverythingAsVoid()
    {
        DwarfTypes types = Open(new DwarfEntry(DwarfTag.Typedef).Named("lost").With(DwarfAttribute.Type, DwarfForm.Data4, 0x7fffffff));

        Assert.Same(VoidType.Instance, types.FindNamed("lost")!.Unqualified);
        Assert.Same(VoidType.Instance, types.Resolve(0x7fffffff));
        Assert.Same(VoidType.Instance, types.Resolve(-1));
    }

    private static DwarfTypes Open(params DwarfEntry[] entries)
    {
        var unit = new SampleUnit { Change = root => root.Children.AddRange(entries) };
        return new DwarfTypes(DwarfImage.Open(ElfImage.Parse(new ByteRegion(unit.Build()), "test")));
    }

    private static DwarfEntry Int() => new DwarfEntry(DwarfTag.BaseType, "int").Named("int")
        .With(DwarfAttribute.ByteSize, DwarfForm.Data1, 4).With(DwarfAttribute.Encoding, DwarfForm.Data1, 5);

    private static DwarfEntry Member(string name, string type, ulong offset) => new DwarfEntry(DwarfTag.Member).Named(name)
        .Refers(DwarfAttribute.Type, type).With(DwarfAttribute.DataMemberLocation, DwarfForm.Data1, offset);

    private static DwarfEntry Constant(string name, DwarfForm form, ulong value) =>
        new DwarfEntry(DwarfTag.Enumerator).Named(name).With(DwarfAttribute.ConstValue, form, value);

    private static string Spell(DwarfTypes types, string name, string variable) => TypeText.Of(((TypedefType)types.FindNamed(name)!).Target, variable);
}
