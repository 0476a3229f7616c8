// MemoryPage: bytes of the crashed kernel's memory, with what is known of them at the side.
using System.Globalization;
using System.Text;
using VaQuest.Binary;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Symbols;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>`vaquest memory DUMP ADDR[,LENGTH]`: sixteen bytes a line; a missing page is one line that says why, never zeros.</summary>
internal static class MemoryPage
{
    public static readonly PageSource Source = new(
        "memory", "Print memory in hexadecimal and as text: ADDR is an address or a symbol, with ,LENGTH for another number of bytes.", "ADDR", true, Read);

    private const int RowBytes = 16;
    private const ulong DefaultLength = 512;

    /// <summary>An editor shows some thousand lines well; more is for `vaquest read`.</summary>
    private const ulong MaxLength = 64 * 1024;

    private static readonly Column[] s_columns = [new("address", "ADDRESS"), new("bytes", "BYTES"), new("text", "TEXT"), new("about", "")];

    private static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        (VirtAddr start, ulong length) = Parse(context, argument ?? "");
        ulong first = start.Value & ~(ulong)(RowBytes - 1);

        // The last line of the address space ends it.
        ulong end = unchecked(start.Value + length) < start.Value ? ulong.MaxValue : start.Value + length;
        var rows = new List<IReadOnlyList<Cell>>();
        for (ulong at = first; at < end; at += RowBytes)
        {
            cancellation.ThrowIfCancellationRequested();
            at = AddRow(context, rows, at, end);
            if (at > ulong.MaxValue - RowBytes)
            {
                break;
            }
        }

        string name = context.Kernel.Symbols.FindAt(start) is { } hit ? $" ({hit})" : "";
        Column[] columns = [s_columns[0], s_columns[1], s_columns[2], s_columns[3] with { Heading = "ABOUT" }];
        return new Page("memory", $"Memory at {Words.Hex(start.Value)}{name}", [Around(start, length), new Table("rows", "Bytes", columns, rows)]);
    }

    /// <summary>Adds the line at an address, or one line for all that is missing from there; answers the address of the last line covered.</summary>
    private static ulong AddRow(PageContext context, List<IReadOnlyList<Cell>> rows, ulong at, ulong end)
    {
        Span<byte> bytes = stackalloc byte[RowBytes];
        ReadOutcome outcome = context.Kernel.Memory.Read(new VirtAddr(at), bytes);
        if (outcome.IsOk)
        {
            rows.Add([AddressOf(at), Cell.Of(HexOf(bytes)), Cell.Of(TextOf(bytes)), Cell.List(About(context, at, bytes))]);
            return at;
        }

        ulong last = at;
        while (last < ulong.MaxValue - (2 * RowBytes) && last + RowBytes < end)
        {
            ReadOutcome next = context.Kernel.Memory.Read(new VirtAddr(last + RowBytes), bytes);
            if (next.Status != outcome.Status)
            {
                break;
            }

            last += RowBytes;
        }

        string reason = ReadOutcome.Describe(outcome.Status);
        string to = last == at ? "" : $", up to {Words.FullHex(last + RowBytes - 1)}";
        rows.Add([AddressOf(at), Cell.Absent(reason + to), Cell.Absent(reason), Cell.Of("")]);
        return last;
    }

    private static Cell AddressOf(ulong at) => Cell.Address(new VirtAddr(at), "");

    // Two groups of eight, as crash and hexdump -C have them.
    private static string HexOf(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(RowBytes * 3);
        for (int i = 0; i < bytes.Length; i++)
        {
            text.Append(i == RowBytes / 2 ? "  " : i > 0 ? " " : "").Append(bytes[i].ToString("x2", CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }

    private static string TextOf(ReadOnlySpan<byte> bytes)
    {
        Span<char> text = stackalloc char[bytes.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            text[i] = bytes[i] is >= 0x20 and < 0x7f ? (char)bytes[i] : '.';
        }

        return new string(text);
    }

    // The symbol a line begins with or holds, and the symbols its words point to.
    private static List<Cell> About(PageContext context, ulong at, ReadOnlySpan<byte> bytes)
    {
        var cells = new List<Cell>();
        if (context.Kernel.Symbols.FindAt(new VirtAddr(at + RowBytes - 1)) is { } holder && holder.Offset < RowBytes)
        {
            cells.Add(Cell.Symbol(holder.Symbol.Name, holder.Symbol.Address, "", holder.Symbol.IsText));
        }

        int size = context.Kernel.Dump.WordSize;
        for (int i = 0; i + size <= bytes.Length; i += size)
        {
            ulong word = WordOf(bytes.Slice(i, size), context.Kernel.Dump.IsBigEndian);
            if (word > 0xffff && context.Kernel.Symbols.FindAt(new VirtAddr(word)) is { } hit)
            {
                cells.Add(PointerTo(hit, word));
            }
        }

        return cells;
    }

    private static Cell PointerTo(SymbolHit hit, ulong word)
    {
        string offset = hit.Offset == 0 ? "" : "+" + Words.Hex(hit.Offset);
        return Cell.Symbol("→" + hit.Symbol.Name + offset, new VirtAddr(word), "", hit.Symbol.IsText);
    }

    private static ulong WordOf(ReadOnlySpan<byte> bytes, bool isBigEndian)
    {
        ulong word = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            word = (word << 8) | bytes[isBigEndian ? i : bytes.Length - 1 - i];
        }

        return word;
    }

    private static Table Around(VirtAddr start, ulong length)
    {
        string Link(ulong address) => FormattableString.Invariant($"memory/0x{address:x},{length}");
        return Table.Record(
            "range", "Range",
            ("start", "start", Cell.Address(start, "")),
            ("length", "bytes", Cell.Of(length)),
            ("before", "before", start.Value < length ? Cell.Absent("the address space begins here") : Cell.Link(Words.Hex(start.Value - length), Link(start.Value - length))),
            ("after", "after", start.Value > ulong.MaxValue - length ? Cell.Absent("the address space ends here") : Cell.Link(Words.Hex(start.Value + length), Link(start.Value + length))));
    }

    private static (VirtAddr Start, ulong Length) Parse(PageContext context, string argument)
    {
        string[] parts = argument.Split(',');
        ulong length = DefaultLength;
        bool isLength = parts.Length == 1
            || (parts.Length == 2 && (ulong.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out length)
                || (parts[1].StartsWith("0x", StringComparison.Ordinal) && AddressArgument.TryHex(parts[1], out length))));
        return isLength && length is > 0 and <= MaxLength
            ? (AddressArgument.Parse(context.Kernel, parts[0]), length)
            : throw new DumpFormatException(
                FormatError.BadValue, FormattableString.Invariant($"\"{DumpText.Escape(argument)}\": the length behind the comma is 1 to {MaxLength}; vaquest read gives more"));
    }
}
