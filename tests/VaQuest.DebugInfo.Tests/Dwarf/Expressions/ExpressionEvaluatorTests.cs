// ExpressionEvaluatorTests: what each operation of DWARF expressions gives (DWARF 5, 2.5 and 2.6).
using System.Globalization;
using VaQuest.Binary;
using VaQuest.Binary.Elf;
using VaQuest.DebugInfo.Dwarf;
using VaQuest.DebugInfo.Dwarf.Expressions;
using VaQuest.TestKit.Dwarf;
using Xunit;

namespace VaQuest.DebugInfo.Tests.Dwarf.Expressions;

public sealed class ExpressionEvaluatorTests
{
    private static readonly DwarfEncoding s_encoding = new(5, 8, 4, false);

    /// <summary>Bytes, and the value that DW_OP_stack_value then makes of the top of the stack.</summary>
    [Theory]
    [InlineData("30", 0UL)] // lit0
    [InlineData("4f", 31UL)] // lit31
    [InlineData("08 ff", 255UL)] // const1u
    [InlineData("09 ff", ulong.MaxValue)] // const1s
    [InlineData("0a 34 12", 0x1234UL)] // const2u
    [InlineData("0b fe ff", ulong.MaxValue - 1)] // const2s
    [InlineData("0c 78 56 34 12", 0x12345678UL)] // const4u
    [InlineData("0d ff ff ff ff", ulong.MaxValue)] // const4s
    [InlineData("0e 08 07 06 05 04 03 02 01", 0x0102030405060708UL)] // const8u
    [InlineData("0f ff ff ff ff ff ff ff ff", ulong.MaxValue)] // const8s
    [InlineData("10 80 01", 128UL)] // constu
    [InlineData("11 7f", ulong.MaxValue)] // consts
    [InlineData("31 32 12 22 22", 5UL)] // 1 2 dup plus plus
    [InlineData("31 32 13", 1UL)] // drop
    [InlineData("31 32 14", 1UL)] // over
    [InlineData("31 32 33 15 02", 1UL)] // pick 2
    [InlineData("35 33 16 1c", 0xfffffffffffffffeUL)] // 5 3 swap minus: 3 - 5
    [InlineData("31 32 33 17 13", 1UL)] // 1 2 3 rot drop: rot moves the top under the two others
    [InlineData("09 fb 19", 5UL)] // abs -5
    [InlineData("3f 3a 1a", 10UL)] // 15 and 10
    [InlineData("09 f9 33 1b", 0xfffffffffffffffeUL)] // -7 div 3, towards zero
    [InlineData("33 35 1c", 0xfffffffffffffffeUL)] // minus
    [InlineData("37 35 1d", 2UL)] // 7 mod 5
    [InlineData("09 ff 33 1d", 0UL)] // 2^64 - 1 mod 3: unsigned
    [InlineData("37 35 1e", 35UL)] // mul
    [InlineData("31 1f", ulong.MaxValue)] // neg
    [InlineData("30 20", ulong.MaxValue)] // not
    [InlineData("38 31 21", 9UL)] // or
    [InlineData("38 23 82 01", 138UL)] // plus_uconst
    [InlineData("31 34 24", 16UL)] // shl
    [InlineData("31 08 40 24", 0UL)] // shl by 64
    [InlineData("09 ff 08 3f 25", 1UL)] // shr
    [InlineData("09 f0 32 26", 0xfffffffffffffffcUL)] // shra
    [InlineData("09 ff 08 48 26", ulong.MaxValue)] // shra by more than 64
    [InlineData("3f 35 27", 10UL)] // xor
    [InlineData("31 31 29", 1UL)] // eq
    [InlineData("09 ff 30 2a", 0UL)] // -1 ge 0: signed
    [InlineData("31 30 2b", 1UL)] // gt
    [InlineData("31 31 2c", 1UL)] // le
    [InlineData("09 ff 30 2d", 1UL)] // -1 lt 0
    [InlineData("31 32 2e", 1UL)] // ne
    [InlineData("2f 01 00 30 31", 1UL)] // skip over lit0
    [InlineData("31 28 01 00 30 35", 5UL)] // bra taken
    [InlineData("31 30 28 01 00 35", 5UL)] // bra not taken
    [InlineData("96 31 f0", 1UL)] // nop, GNU_uninit
    [InlineData("73 08", 0x1008UL)] // breg3 + 8
    [InlineData("92 03 78", 0xff8UL)] // bregx 3, -8
    [InlineData("73 00 06", 0x8877665544332211UL)] // deref
    [InlineData("73 00 94 02", 0x2211UL)] // deref_size 2
    [InlineData("91 70", 0x1ff0UL)] // fbreg -16
    [InlineData("9c", 0x3000UL)] // call_frame_cfa
    [InlineData("97", 0x4000UL)] // push_object_address
    [InlineData("38 9b", 0x5008UL)] // form_tls_address
    [InlineData("38 e0", 0x5008UL)] // GNU_push_tls_address
    [InlineData("03 10 00 00 00 00 00 00 00", 0x10010UL)] // addr, moved
    [InlineData("f1 03 10 00 00 00", 0x10010UL)] // GNU_encoded_addr udata4
    [InlineData("a3 01 55", 0x77UL)] // entry_value(reg5)
    [InlineData("f3 01 55", 0x77UL)] // GNU_entry_value(reg5)
    [InlineData("fd 10 00 00 00", 0x11UL)] // GNU_variable_value
    public void Computes(string code, ulong expected)
    {
        FakeExpressionContext context = Frame();
        byte[] bytes = [.. Hex(code), 0x9f];
        DwarfLocation location = new ExpressionEvaluator(s_encoding, context).Evaluate(bytes);

        Assert.Equal((LocationKind.Value, (UInt128)expected), (location.Kind, location.Bits));
        Assert.Equal(8, location.ByteSize);
    }

    [Fact]
    public void NamesMemoryRegistersAndBytes()
    {
        Assert.Equal((LocationKind.Memory, 0x1010UL), MemoryOf("73 10"));
        Assert.Equal(7, Evaluate("57").Register);
        Assert.Equal(17, Evaluate("90 11").Register);
        Assert.Equal([1, 2, 3], Evaluate("9e 03 01 02 03").Bytes);
        DwarfLocation pointer = Evaluate("a0 34 12 00 00 7c");
        Assert.Equal((LocationKind.ImplicitPointer, 0x1234L, -4L), (pointer.Kind, pointer.TargetEntry, pointer.TargetOffset));
        Assert.Equal(LocationKind.ImplicitPointer, Evaluate("f2 34 12 00 00 00").Kind);
    }

    [Fact]
    public void TakesAnEmptyExpressionAsOptimisedOut() => Assert.Equal(AbsenceKind.OptimisedOut, Evaluate("").Reason!.Kind);

    [Fact]
    public void PutsPiecesInOrderAndKeepsHoles()
    {
        // rbx for 4 bytes, nothing for 4 bytes, 8 bits at bit 16 of memory.
        DwarfLocation location = Evaluate("53 93 04 93 04 73 00 9d 08 10");

        Assert.Equal(LocationKind.Pieces, location.Kind);
        Assert.Equal([32L, 32L, 8L], location.Pieces.Select(piece => piece.BitSize));
        Assert.Equal([LocationKind.Register, LocationKind.Absent, LocationKind.Memory], location.Pieces.Select(piece => piece.Location.Kind));
        Assert.Equal(16, location.Pieces[2].BitOffset);
    }

    [Fact]
    public void StartsWithTheCfaForCallFrameRules()
    {
        var evaluator = new ExpressionEvaluator(s_encoding, Frame());
        Assert.Equal(0x7000UL - 16, evaluator.Evaluate(Hex("40 1c"), 0x7000).Address);
    }

    [Fact]
    public void GivesTheReasonOfWhatIsMissing()
    {
        Assert.Equal("register 9 lost", Evaluate("79 00").Reason!.Text);
        Assert.Equal("page excluded from the dump at 0x9000", Evaluate("0a 00 90 06").Reason!.Text);
        Assert.Equal("entry value not known", Evaluate("a3 01 56 9f").Reason!.Text);
    }

    [Fact]
    public void MarksWhatCameFromTheCaller()
    {
        Assert.True(Evaluate("a3 01 55 9f").IsFromCaller);
        Assert.False(Evaluate("31 9f").IsFromCaller);
    }

    [Theory]
    [InlineData("a8 {int8} a8 {int64} 9f", "09 ff", ulong.MaxValue)] // convert to signed 8, then signed 64
    [InlineData("a8 {uint8} a8 {uint64} 9f", "09 ff", 0xffUL)]
    [InlineData("f7 {uint8} f7 00 9f", "09 ff", 0xffUL)] // back to generic
    [InlineData("a9 {uint64} 9f", "09 ff", ulong.MaxValue)] // reinterpret
    [InlineData("a5 03 {uint8} a8 {uint64} 9f", "", 0x00UL)] // regval_type: low byte of rbx (0x1000)
    [InlineData("a4 {int8} 01 fe a8 {int64} 9f", "", ulong.MaxValue - 1)] // const_type
    [InlineData("a6 02 {uint16} a8 {uint64} 9f", "73 00", 0x2211UL)] // deref_type
    [InlineData("a8 {uint64} a4 {uint64} 08 02 00 00 00 00 00 00 00 1b 9f", "09 fe", 0x7fffffffffffffffUL)] // unsigned division
    [InlineData("a4 {double} 08 00 00 00 00 00 00 04 40 a4 {double} 08 00 00 00 00 00 00 00 40 1e a8 {int64} 9f", "", 5UL)] // 2.5 * 2.0
    public void ComputesWithBaseTypes(string code, string before, ulong expected)
    {
        DwarfUnit unit = TypeUnit(out Dictionary<string, int> types);
        foreach ((string name, int offset) in types)
        {
            code = code.Replace("{" + name + "}", offset.ToString("x2", CultureInfo.InvariantCulture), StringComparison.Ordinal);
        }

        DwarfLocation location = new ExpressionEvaluator(s_encoding, Frame(), unit).Evaluate([.. Hex(before), .. Hex(code)]);

        Assert.Equal((null, LocationKind.Value), (location.Reason?.Text, location.Kind));
        Assert.Equal(expected, (ulong)location.Bits);
    }

    [Fact]
    public void CallsTheExpressionOfAnotherEntry()
    {
        DwarfUnit unit = TypeUnit(out Dictionary<string, int> types);
        byte[] code = [0x98, (byte)types["constant"], (byte)(types["constant"] >> 8), 0x31, 0x22, 0x9f];

        Assert.Equal(8UL, (ulong)new ExpressionEvaluator(s_encoding, Frame(), unit).Evaluate(code).Bits);
    }

    internal static FakeExpressionContext Frame() => new()
    {
        Registers = { [3] = 0x1000 },
        Memory = [0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88],
        FrameBase = 0x2000,
        Cfa = 0x3000,
        ObjectAddress = 0x4000,
        ThreadBase = 0x5000,
        Slide = 0x10000,
        EntryValue = code => code is [0x55] ? 0x77 : null,
    };

    internal static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal));

    private static DwarfLocation Evaluate(string code) => new ExpressionEvaluator(s_encoding, Frame()).Evaluate(Hex(code));

    private static (LocationKind, ulong) MemoryOf(string code) => (Evaluate(code).Kind, Evaluate(code).Address);

    // Base types by name, and an entry "constant" whose location pushes 7; all at offsets below 128.
    private static DwarfUnit TypeUnit(out Dictionary<string, int> offsets)
    {
        (string Name, int Encoding, int Size)[] types =
            [("int8", 5, 1), ("uint8", 7, 1), ("uint16", 7, 2), ("int64", 5, 8), ("uint64", 7, 8), ("double", 4, 8)];
        var unit = new SampleUnit
        {
            Change = root =>
            {
                var entries = types.Select(type => new DwarfEntry(DwarfTag.BaseType).Named(type.Name)
                    .With(DwarfAttribute.ByteSize, DwarfForm.Data1, (ulong)type.Size).With(DwarfAttribute.Encoding, DwarfForm.Data1, (ulong)type.Encoding));
                root.Children.InsertRange(0, [.. entries, new DwarfEntry(DwarfTag.Variable).Named("constant").WithBlock(DwarfAttribute.Location, 0x37)]);
            },
        };
        DwarfUnit loaded = DwarfImage.Open(ElfImage.Parse(new ByteRegion(unit.Build()), "test")).FindUnit(0x1000)!;
        offsets = loaded.Root.EnumerateChildren().Take(7).ToDictionary(die => die.FindName()!, die => die.Position);
        return loaded;
    }
}
