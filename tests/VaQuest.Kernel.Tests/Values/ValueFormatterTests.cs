// ValueFormatterTests: values as a C programmer would write them.
using VaQuest.Binary;
using VaQuest.DebugInfo.Dwarf.Expressions;
using VaQuest.DebugInfo.Types;
using VaQuest.Kernel.Symbols;
using VaQuest.Kernel.Values;
using Xunit;

namespace VaQuest.Kernel.Tests.Values;

public sealed class ValueFormatterTests
{
    private const ulong At = 0x10000;

    private static readonly IntegerType s_int = new("int", 4, true, false, false);
    private static readonly IntegerType s_unsigned = new("unsigned long", 8, false, false, false);
    private static readonly IntegerType s_char = new("char", 1, true, false, true);
    private static readonly IntegerType s_bool = new("bool", 1, false, true, false);

    private readonly FakeKernelMemory _memory = new();

    [Theory]
    [InlineData(42UL, "42")]
    [InlineData(0xffffffffUL, "-1")]
    [InlineData(0x80000000UL, "-2147483648")]
    public void WritesSignedNumbers(ulong bytes, string expected) => Assert.Equal(expected, Format(s_int, bytes));

    [Theory]
    [InlineData(4096UL, "4096")]
    [InlineData(0xffff888000000000UL, "0xffff888000000000")]
    public void WritesLargeUnsignedNumbersInHexadecimal(ulong bytes, string expected) => Assert.Equal(expected, Format(s_unsigned, bytes));

    [Theory]
    [InlineData(0x41UL, "65 'A'")]
    [InlineData(0x00UL, "0 '\\0'")]
    [InlineData(0x27UL, "39 '\\''")]
    [InlineData(0x1bUL, "27 '\\033'")]
    public void WritesCharacters(ulong bytes, string expected) => Assert.Equal(expected, Format(s_char, bytes));

    [Theory]
    [InlineData(1UL, "true")]
    [InlineData(0UL, "false")]
    [InlineData(7UL, "7")]
    public void WritesBooleans(ulong bytes, string expected) => Assert.Equal(expected, Format(s_bool, bytes));

    [Fact]
    public void WritesEnumeratorsByName()
    {
        var type = new EnumType("state", 4, true, [new Enumerator("RUNNING", 0), new Enumerator("LOST", -1)]);

        Assert.Equal("LOST", Format(type, 0xffffffff));
        Assert.Equal("9", Format(type, 9));
    }

    [Theory]
    [InlineData(0UL, "NULL")]
    [InlineData(0xfffffffffffffffeUL, "0xfffffffffffffffe (-ENOENT)")]
    [InlineData(0xfffffffffffffe00UL, "0xfffffffffffffe00 (-ERESTARTSYS)")]
    [InlineData(0xfffffffffffff001UL, "0xfffffffffffff001 (-4095)")]
    [InlineData(0xfffffffffffff000UL, "0xfffffffffffff000")]
    [InlineData(0x20000UL, "0x20000 <widget>")]
    [InlineData(0x20008UL, "0x20008 <widget+0x8>")]
    public void WritesPointers(ulong bytes, string expected) => Assert.Equal(expected, Format(Pointer(s_int), bytes));

    [Fact]
    public void WritesTheTextBehindCharacterPointers()
    {
        _memory.Write(0x30000, "hello \"you\"\n\u001b[31m\0"u8);

        Assert.Equal("0x30000 \"hello \\\"you\\\"\\n\\033[31m\"", Format(Pointer(s_char), 0x30000));
        Assert.StartsWith("0x90000 (", Format(Pointer(s_char), 0x90000), StringComparison.Ordinal);
    }

    [Fact]
    public void WritesStructuresInOneLineAndNested()
    {
        var inner = new StructType("list_head", false, 16, [Member("next", 0, Pointer(s_int)), Member("prev", 64, Pointer(s_int))]);
        var type = new StructType("thing", false, 24, [Member("id", 0, s_int), new StructMember("flag", 33, 3, FixedType.To(s_int)), Member("link", 64, inner)]);
        _memory.WriteUInt64(At, 7 | (0b1010UL << 32));
        _memory.WriteUInt64(At + 8, 0x20000);
        _memory.WriteUInt64(At + 16, 0);

        Assert.Equal("{.id = 7, .flag = -3, .link = {.next = 0x20000 <widget>, .prev = NULL}}", Format(type));
        Assert.Equal(
            "{\n    .id = 7,\n    .flag = -3,\n    .link = {.next = 0x20000 <widget>, .prev = NULL},\n}", Format(type, format: ValueFormat.Nested));
    }

    [Fact]
    public void WritesArraysWithTextAndRepeats()
    {
        _memory.Write(At, [.. "comm\0\0\0\0"u8]);
        Assert.Equal("\"comm\"", Format(new ArrayType(FixedType.To(s_char), 8)));

        _memory.Write(At, new byte[64]);
        _memory.WriteUInt64(At, 5);
        Assert.Equal("{5, 0 <repeats 7 times>}", Format(new ArrayType(FixedType.To(s_unsigned), 8)));
        Assert.Equal("{}", Format(new ArrayType(FixedType.To(s_unsigned), 0)));
    }

    [Fact]
    public void GivesTheReasonOfEachMissingMember()
    {
        var type = new StructType("half", false, 0x2000, [Member("here", 0, s_int), Member("gone", 0x1000 * 8, s_int)]);
        _memory.WriteUInt64(At, 1);

        string text = Format(type);
        Assert.StartsWith("{.here = 1, .gone = (", text, StringComparison.Ordinal);
        Assert.DoesNotContain("= 0", text, StringComparison.Ordinal);
    }

    [Fact]
    public void BoundsTypesOfThemselvesAndGiganticArrays()
    {
        var resolver = new SelfResolver();
        resolver.Type = new StructType("self", false, 8, [new StructMember("again", 0, 0, new TypeReference(resolver, 0))]);
        _memory.Write(At, new byte[4096]);

        Assert.True(Format(resolver.Type, format: ValueFormat.Nested).Length < 4096);
        Assert.True(Format(new ArrayType(FixedType.To(s_int), long.MaxValue)).Length < 4096);
        Assert.True(Format(new ArrayType(FixedType.To(resolver.Type), int.MaxValue), format: ValueFormat.Nested).Length < 1 << 20);
    }

    [Fact]
    public void SaysWhichElementsAreLeftOut()
    {
        var numbers = new ArrayType(FixedType.To(s_int), 300);
        for (int i = 0; i < 300; i++)
        {
            _memory.Write(At + ((ulong)i * 4), BitConverter.GetBytes(i));
        }

        string first = Format(numbers, format: ValueFormat.Nested);
        Assert.EndsWith(", 126, 127, ...[128-299]}", first, StringComparison.Ordinal);
        Assert.Equal("{298, 299}", Format(numbers, format: ValueFormat.Nested with { FirstElement = 298 }));
        Assert.Equal("{}", Format(numbers, format: ValueFormat.Nested with { FirstElement = 1000 }));

        var sink = new MoreSink();
        var holder = new StructType("holder", false, 1208, [Member("id", 0, s_unsigned), Member("inner", 64, new StructType("inner", false, 1200, [Member("numbers", 0, numbers)]))]);
        KernelValues values = Values();
        ValueFormatter.Write(values, values.At(new VirtAddr(At - 8), holder), ValueFormat.Nested, sink);
        Assert.Equal([(".inner.numbers", 128L)], sink.Found);
    }

    [Fact]
    public void PutsPiecesTogether()
    {
        var known = new BytesSource([0x12, 0x34]);
        var value = new TypedValue(s_int, new PiecesSource([new(known, 0, 16), new(known, 4, 8), new(known, 8, 8)]));
        var values = Values();

        // 0x3412, then eight bits from bit 4 of 0x3412 (0x41), then 0x34.
        Assert.True(values.TryReadBits(value, out UInt128 bits, out _));
        Assert.Equal((UInt128)0x34413412, bits);

        var holed = new TypedValue(s_int, new PiecesSource([new(known, 0, 16), new(new AbsentSource(Absence.OptimisedOut), 0, 16)]));
        Assert.False(values.TryReadBits(holed, out _, out Absence? reason));
        Assert.Equal("optimised out here", reason!.Text);
    }

    private static PointerType Pointer(CType target) => new(FixedType.To(target), 8);

    private static StructMember Member(string name, long bits, CType type) => new(name, bits, 0, FixedType.To(type));

    private KernelValues Values() => new(
        _memory.Reader,
        address => address.Value is >= 0x20000 and < 0x20010
            ? new SymbolHit(new KernelSymbol("widget", new VirtAddr(0x20000), 0x10, 'D', null), address.Value - 0x20000)
            : null,
        _ => null);

    private string Format(CType type, ulong? bytes = null, ValueFormat? format = null)
    {
        if (bytes is { } word)
        {
            _memory.WriteUInt64(At, word);
        }

        KernelValues values = Values();
        return ValueFormatter.Format(values, values.At(new VirtAddr(At), type), format);
    }

    private sealed class MoreSink : IValueSink
    {
        public List<(string Path, long First)> Found { get; } = [];

        public void Text(string text)
        {
        }

        public void Pointer(string text, VirtAddr address, CType? target)
        {
        }

        public void More(string text, string path, long first) => Found.Add((path, first));

        public void Absent(string reason)
        {
        }

        public void NewLine(int level)
        {
        }
    }

    private sealed class SelfResolver : ITypeResolver
    {
        public CType Type { get; set; } = VoidType.Instance;

        public CType Resolve(long id) => Type;
    }
}
