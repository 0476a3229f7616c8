// Cell: one value of a page's table.
using VaQuest.Binary;
using VaQuest.Diagnosis.Text;

namespace VaQuest.Diagnosis.Browse;

/// <summary>
/// A value as data (for JSON) and as text (for people). Text that came out of the dump is given raw: the renderer escapes it. An absent value
/// carries its reason and never stands for zero.
/// </summary>
public sealed record Cell
{
    private Cell(CellKind kind, string text)
    {
        Kind = kind;
        Text = text;
    }

    public CellKind Kind { get; }

    /// <summary>As people read it; for <see cref="CellKind.Absent"/> the reason.</summary>
    public string Text { get; }

    /// <summary>The number of <see cref="CellKind.Number"/> and <see cref="CellKind.Hex"/> cells, the address of addresses.</summary>
    public ulong Bits { get; private init; }

    /// <summary>True when <see cref="Bits"/> is a negative number in two's complement.</summary>
    public bool IsNegative { get; private init; }

    /// <summary>The values of <see cref="CellKind.List"/>.</summary>
    public IReadOnlyList<Cell> Items { get; private init; } = [];

    /// <summary>What the cell is about, for hover and links; null when it is plain text.</summary>
    public SpanTarget? Target { get; private init; }

    /// <summary>Which span it becomes; null without a target.</summary>
    public SpanKind? Span { get; private init; }

    /// <summary>Not known, and why: one short clause.</summary>
    public static Cell Absent(string reason) => new(CellKind.Absent, reason);

    /// <summary>Text, or absent when it is null.</summary>
    public static Cell Of(string? text, string reasonWhenNull) => text is null ? Absent(reasonWhenNull) : new Cell(CellKind.Text, text);

    public static Cell Of(string text) => new(CellKind.Text, text);

    public static Cell Of(long number) => new(CellKind.Number, Words.Number(number)) { Bits = unchecked((ulong)number), IsNegative = number < 0 };

    public static Cell Of(ulong number) => new(CellKind.Number, number.ToString(System.Globalization.CultureInfo.InvariantCulture)) { Bits = number };

    public static Cell Of(long? number, string reasonWhenNull) => number is { } known ? Of(known) : Absent(reasonWhenNull);

    public static Cell Of(ulong? number, string reasonWhenNull) => number is { } known ? Of(known) : Absent(reasonWhenNull);

    /// <summary>A size in bytes: a number in JSON, with its unit in text.</summary>
    public static Cell Bytes(ulong? bytes, string reasonWhenNull) =>
        bytes is { } known ? new Cell(CellKind.Number, Words.Bytes(known)) { Bits = known } : Absent(reasonWhenNull);

    public static Cell Flag(bool value) => new(CellKind.Flag, value ? "yes" : "no") { Bits = value ? 1UL : 0 };

    /// <summary>A flag word, an identifier or another number that people write in hexadecimal.</summary>
    public static Cell Hex(ulong value) => new(CellKind.Hex, Words.Hex(value)) { Bits = value };

    public static Cell Hex(ulong? value, string reasonWhenNull) => value is { } known ? Hex(known) : Absent(reasonWhenNull);

    /// <summary>A flag that text shows as a word when it is set, and as nothing when it is not.</summary>
    public static Cell Mark(bool value, string word) => new(CellKind.Flag, value ? word : "") { Bits = value ? 1UL : 0 };

    /// <summary>
    /// An address; with <paramref name="objectType"/> ("struct page") it leads to the object's document, with <paramref name="page"/>
    /// ("inode/0xffff…") to that page.
    /// </summary>
    public static Cell Address(VirtAddr? address, string reasonWhenNull, string? objectType = null, string? page = null) => address is not { } at
        ? Absent(reasonWhenNull)
        : new Cell(CellKind.Address, Words.FullHex(at.Value))
        {
            Bits = at.Value,
            Span = SpanKind.Address,
            Target = new SpanTarget { Address = at, ObjectType = objectType, Page = page },
        };

    /// <summary>A function or data symbol; the address is what hover and definition use.</summary>
    public static Cell Symbol(string? name, VirtAddr? address, string reasonWhenNull, bool isFunction = true) => name is null
        ? Absent(reasonWhenNull)
        : new Cell(CellKind.Text, name)
        {
            Span = isFunction ? SpanKind.Function : SpanKind.Symbol,
            Target = new SpanTarget { Symbol = address is null ? name : null, Address = address },
        };

    /// <summary>A task by name; leads to the task's page.</summary>
    public static Cell Task(string comm, int pid, VirtAddr? address) => new(CellKind.Text, comm)
    {
        Span = SpanKind.Task,
        Target = new SpanTarget { Pid = pid, Address = address, Page = FormattableString.Invariant($"task/{pid}") },
    };

    /// <summary>Text that leads to another page, "task/77".</summary>
    public static Cell Link(string text, string page) =>
        new(CellKind.Text, text) { Span = SpanKind.Symbol, Target = new SpanTarget { Page = page } };

    public static Cell List(IReadOnlyList<Cell> items) => new(CellKind.List, string.Join(", ", items.Select(item => item.Text))) { Items = items };

    public static Cell List(IEnumerable<string> items) => List([.. items.Select(Of)]);
}
