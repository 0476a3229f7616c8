// DisassemblyPage: a function's instructions as the dump has them, with source lines and targets.
using System.Globalization;
using Iced.Intel;
using VaQuest.Binary;
using VaQuest.Binary.Elf;
using VaQuest.DebugInfo.Lines;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Health;
using VaQuest.Kernel.Symbols;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Browse.Pages;

/// <summary>
/// `vaquest dis DUMP ADDR`: the function around an address. The bytes are the dump's own, so patched alternatives, static keys and ftrace
/// calls are what the CPU executed. Where vmlinux has other bytes they are shown beside: most are such patches, the rest is damage.
/// </summary>
internal static class DisassemblyPage
{
    public static readonly PageSource Source = new(
        "dis", "Print the instructions of the function around an address or symbol, with source lines; \">\" marks where a CPU stood.", "ADDR", true, Read);

    /// <summary>The largest functions of a kernel have some 60 KiB; what a hostile symbol claims beyond is not read.</summary>
    private const ulong MaxBytes = 64 * 1024;

    /// <summary>Shown where no symbol says how long the function is.</summary>
    private const ulong BytesWithoutSymbol = 128;

    private static readonly Column[] s_columns =
    [
        new("mark", " "), new("address", "ADDRESS"), new("offset", "OFFSET", true), new("bytes", "BYTES"), new("instruction", "INSTRUCTION"),
        new("target", "TARGET"), new("source", "SOURCE"), new("inVmlinux", "IN VMLINUX"),
    ];

    private static Page Read(PageContext context, string? argument, CancellationToken cancellation)
    {
        if (context.Kernel.Architecture?.Name is not ("x86_64" or "i386"))
        {
            throw new DumpFormatException(
                FormatError.BadValue, $"instructions of {DumpText.Escape(context.Kernel.Dump.Architecture.ToString())} cannot be shown yet; only x86 can");
        }

        VirtAddr address = AddressArgument.Parse(context.Kernel, argument ?? "");
        SymbolHit? hit = context.Kernel.Symbols.FindAt(address);
        VirtAddr start = hit?.Symbol.Address ?? address;
        ulong size = hit is { Symbol.Size: > 0 } ? Math.Min(hit.Symbol.Size, MaxBytes) : BytesWithoutSymbol;
        byte[] code = new byte[size];
        ReadOutcome outcome = context.Kernel.Memory.Read(start, code);
        if (outcome.BytesRead == 0)
        {
            throw new DumpFormatException(FormatError.BadValue, $"no instruction can be read at {Words.Hex(start.Value)}: {outcome}");
        }

        var notes = new List<string>();
        if (!outcome.IsOk)
        {
            notes.Add($"the rest is missing: {outcome}");
        }

        byte[] present = code.AsSpan(0, outcome.BytesRead).ToArray();
        List<IReadOnlyList<Cell>> rows = Decode(context, start, present, cancellation);
        int changed = rows.Count(row => row[^1].Text.Length > 0);
        if (changed > 0)
        {
            notes.Add($"{Words.Count(changed, "instruction")} {(changed == 1 ? "differs" : "differ")} from vmlinux: patched at boot or later (alternatives, static keys and calls, ftrace, probes), or damaged");
        }

        string title = hit is null ? Words.Hex(start.Value) : hit.Symbol.Name + (hit.Symbol.Module is { } module ? $" [{module}]" : "");
        return new Page("dis", title, [new Table("instructions", "Instructions", s_columns, rows) { Notes = notes }]);
    }

    private static List<IReadOnlyList<Cell>> Decode(PageContext context, VirtAddr start, byte[] code, CancellationToken cancellation)
    {
        HashSet<ulong> stops = [.. context.Stacks.ReadActive(cancellation).SelectMany(stack => stack.Frames)
            .Where(frame => frame.Kind != FrameKind.User).Select(frame => frame.IsReturnAddress ? frame.Pc.Value - 1 : frame.Pc.Value)];
        var decoder = Decoder.Create(context.Kernel.Dump.WordSize * 8, code, start.Value);
        var rows = new List<IReadOnlyList<Cell>>();
        byte[]? linked = ReadLinked(context, start, code.Length);
        bool[] differs = linked is null ? [] : Differences(linked, code, context.Kernel.KaslrOffset);
        SourceLocation? last = null;
        while (decoder.IP < start.Value + (ulong)code.Length)
        {
            cancellation.ThrowIfCancellationRequested();
            decoder.Decode(out Instruction instruction);
            SourceLocation? source = SourceOf(context, new VirtAddr(instruction.IP));
            bool isNew = source is not null && (source.File != last?.File || source.Line != last.Line);
            rows.Add(RowOf(context, instruction, (start, code, linked, differs), stops, isNew ? source : null));
            last = source ?? last;
        }

        return rows;
    }

    private static Cell[] RowOf(
        PageContext context, in Instruction instruction, (VirtAddr Start, byte[] Code, byte[]? Linked, bool[] Differs) text, HashSet<ulong> stops, SourceLocation? source)
    {
        int offset = (int)(instruction.IP - text.Start.Value);
        int length = Math.Min(Math.Max(1, instruction.Length), text.Code.Length - offset);
        bool isStop = false;
        for (int i = 0; i < length; i++)
        {
            isStop |= stops.Contains(instruction.IP + (ulong)i);
        }

        bool isChanged = text.Linked is not null && text.Differs.AsSpan(offset, length).Contains(true);
        return
        [
            Cell.Of(isStop ? ">" : ""), Cell.Address(new VirtAddr(instruction.IP), ""), Cell.Hex((ulong)offset),
            Cell.Of(Convert.ToHexStringLower(text.Code, offset, length)), Cell.Of(TextOf(instruction)), TargetOf(context, instruction),
            source is null ? Cell.Of("") : Cell.Source(FrameText.SourceOf(source), source),
            Cell.Of(isChanged ? Convert.ToHexStringLower(text.Linked!, offset, length) : ""),
        ];
    }

    /// <summary>The bytes that are not as in vmlinux, but for addresses that moved with the image.</summary>
    private static bool[] Differences(byte[] linked, byte[] code, ulong slide)
    {
        bool[] differs = new bool[code.Length];
        for (int i = 0; i < differs.Length; i++)
        {
            differs[i] = linked[i] != code[i];
        }

        MovedAddresses.Clear(differs, linked, code, slide);
        return differs;
    }

    private static string TextOf(in Instruction instruction)
    {
        if (instruction.IsInvalid)
        {
            return "(bad)";
        }

        var formatter = new GasFormatter(new FormatterOptions
            { HexPrefix = "0x", HexSuffix = "", SpaceAfterOperandSeparator = true, UppercaseHex = false, RipRelativeAddresses = true });
        var text = new StringOutput();
        formatter.Format(instruction, text);
        return text.ToStringAndReset();
    }

    /// <summary>The same bytes in vmlinux; null for modules, whose relocations are not applied in their file, and where vmlinux does not hold them.</summary>
    private static byte[]? ReadLinked(PageContext context, VirtAddr start, int length)
    {
        if (context.Kernel.Stacks.FindSourceAddress(start) is not { Module: null } place || context.Opened.DebugFiles.FindImage(null) is not { IsRelocatable: false } image)
        {
            return null;
        }

        ElfSection? section = image.Elf.Sections.FirstOrDefault(item => item.IsExecutable && item.HasBytes && place.Address >= item.Address
            && place.Address - item.Address < item.Size && item.Size - (place.Address - item.Address) >= (ulong)length);
        try
        {
            return section is null ? null : image.Elf.GetData(section).Span((long)(place.Address - section.Address), length).ToArray();
        }
        catch (DumpFormatException)
        {
            // A vmlinux that is cut there: what the dump holds is shown all the same.
            return null;
        }
    }

    private static Cell TargetOf(PageContext context, in Instruction instruction)
    {
        ulong target = instruction.FlowControl is FlowControl.Call or FlowControl.ConditionalBranch or FlowControl.UnconditionalBranch && instruction.NearBranchTarget != 0
            ? instruction.NearBranchTarget
            : instruction.IsIPRelativeMemoryOperand ? instruction.IPRelativeMemoryAddress : 0;
        if (target == 0 || context.Kernel.Symbols.FindAt(new VirtAddr(target)) is not { } hit)
        {
            return Cell.Of("");
        }

        string offset = hit.Offset == 0 ? "" : "+0x" + hit.Offset.ToString("x", CultureInfo.InvariantCulture);
        return Cell.Symbol(hit.Symbol.Name + offset, new VirtAddr(target), "", hit.Symbol.IsText);
    }

    private static SourceLocation? SourceOf(PageContext context, VirtAddr at) =>
        context.Kernel.Stacks.FindSourceAddress(at) is { } place
            && context.Opened.DebugFiles.FindLookup(place.Module)?.FindFrames(place.Address, place.Section)?.Frames is [{ Location: { Line: > 0 } location }, ..]
            ? location
            : null;
}
