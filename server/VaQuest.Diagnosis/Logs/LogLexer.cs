// LogLexer: turns a kernel log in plain text into annotated text.
using System.Globalization;
using VaQuest.Binary;
using VaQuest.DebugInfo.Lines;
using VaQuest.Diagnosis.Text;
using VaQuest.Diagnosis.WhatIs;

namespace VaQuest.Diagnosis.Logs;

/// <summary>
/// Reads dmesg, vmcore-dmesg.txt, serial consoles, syslog, journalctl, ramoops and mails that quote them. A hand-written scanner: every
/// character is looked at a bounded number of times, so hostile text costs no more than its length.
/// </summary>
public sealed class LogLexer
{
    /// <summary>Spans kept of one log (about 40 bytes each, plus targets): an oops has about 200, so this is a thousand of them.</summary>
    public const int MaxSpans = 200_000;

    /// <summary>Characters of a line that are read; printk's own limit is 1024 (LOG_LINE_MAX), prefixes and wrapping come on top.</summary>
    private const int MaxLine = 8192;

    /// <summary>Characters at the start of a document that decide whether it is a kernel log.</summary>
    private const int ProbeLength = 1 << 20;

    private static readonly string[] s_marks =
    [
        "Call Trace:", "Call trace:", "Kernel panic - not syncing", "Linux version ", "------------[ cut here ]", "Modules linked in:", "BUG: ",
        "RIP: 00", "---[ end trace",
    ];

    private readonly string _text;
    private readonly List<TextSpan> _spans = [];
    private readonly List<LogFrame> _frames = [];
    private readonly List<string> _modules = [];
    private readonly LogSections _sections = new();
    private string? _oopsRelease;
    private string? _bannerRelease;
    private ulong? _kernelOffset;
    private bool _isComplete = true;

    private LogLexer(string text) => _text = text;

    /// <summary>Reads a log. Never throws on text.</summary>
    public static KernelLog Lex(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new LogLexer(text).Run();
    }

    /// <summary>True when a text of unknown kind is a kernel log: it has a symbol with offset and size, or a line only the kernel prints.</summary>
    public static bool LooksLikeKernelLog(string text)
    {
        ReadOnlySpan<char> probe = text.AsSpan(0, Math.Min(text.Length, ProbeLength));
        int marks = 0;
        foreach (string mark in s_marks)
        {
            marks += probe.Contains(mark, StringComparison.Ordinal) ? 1 : 0;
        }

        return marks >= 2 || SymbolToken.Find(probe, 0) is not null;
    }

    private KernelLog Run()
    {
        int start = 0;
        int line = 0;
        while (start <= _text.Length)
        {
            int newline = _text.IndexOf('\n', start);
            int end = newline < 0 ? _text.Length : newline;
            int visible = end;
            while (visible > start && _text[visible - 1] == '\r')
            {
                visible--;
            }

            if (_spans.Count >= MaxSpans)
            {
                _isComplete = false;
                break;
            }

            AddLine(line, start, _text.AsSpan(start, Math.Min(visible - start, MaxLine)));
            start = end + 1;
            line++;
        }

        _sections.Finish();
        return new KernelLog
        {
            Text = new AnnotatedText(_text, _spans, _sections.Sections),
            Frames = _frames,
            Release = _oopsRelease ?? _bannerRelease,
            KernelOffset = _kernelOffset,
            Modules = _modules,
            IsComplete = _isComplete,
        };
    }

    private void AddLine(int number, int start, ReadOnlySpan<char> line)
    {
        int from = LogLinePrefix.Measure(line, out (int Start, int Length)? timestamp);
        if (timestamp is { } stamp)
        {
            Add(start + stamp.Start, stamp.Length, SpanKind.Label, null);
        }

        ReadOnlySpan<char> content = line[from..];
        LogLineKind kind = LogLineKinds.Of(content);
        int covered = AddSpecial(kind, line, from, start);
        bool hasFrame = AddFrames(number, line, from, start, kind, covered);
        bool hasRegister = kind is not (LogLineKind.Code or LogLineKind.Cpu) && AddRegisters(line, Math.Max(from, covered), start, hasFrame);
        if (!hasFrame && !hasRegister && kind != LogLineKind.Code)
        {
            AddAddresses(line, Math.Max(from, covered), start);
        }

        _sections.Add(number, kind, content, hasFrame, hasRegister);
    }

    // The parts of lines with a known form; answers how far the line is covered by spans that must not be overlapped.
    private int AddSpecial(LogLineKind kind, ReadOnlySpan<char> line, int from, int start)
    {
        switch (kind)
        {
            case LogLineKind.Cpu:
                LogCpuLine cpu = LogCpuLine.Parse(line, from);
                _oopsRelease ??= cpu.Release;
                if (cpu.TaskLength > 0)
                {
                    Add(start + cpu.TaskStart, cpu.TaskLength, SpanKind.Task, new SpanTarget { Pid = cpu.Pid });
                }

                return line.Length;
            case LogLineKind.Banner:
                _bannerRelease = LogCpuLine.ReleaseAt(line, from + 14) ?? _bannerRelease;
                return from;
            case LogLineKind.KernelOffset:
                int position = from + 17;
                if (position < line.Length && SymbolToken.TryReadHex(line, ref position, out ulong offset))
                {
                    _kernelOffset = offset;
                }

                return from;
            case LogLineKind.Modules:
                AddModules(line, from + 18, start);
                return line.Length;
            case LogLineKind.CutHere or LogLineKind.End:
                Add(start + from, line.Length - from, SpanKind.Label, null);
                return line.Length;
            case LogLineKind.CallTrace:
                Add(start + from, line.Length - from, SpanKind.Heading, null);
                return line.Length;
            case LogLineKind.Panic or LogLineKind.Problem or LogLineKind.ProblemDetail:
                return AddError(line, from, start);
            default:
                return from;
        }
    }

    // The message up to a place in the code, which gets spans of its own.
    private int AddError(ReadOnlySpan<char> line, int from, int start)
    {
        int end = line.TrimEnd().Length;
        if (SymbolToken.Find(line, from) is { } symbol)
        {
            end = symbol.Start;
        }

        if (FindSource(line, from) is { } source && source.Start < end)
        {
            end = source.Start;
            AddSource(line, source, start);
            Add(start + from, line[from..end].TrimEnd().Length, SpanKind.Error, null);
            return source.Start + source.Length;
        }

        // An address in the message keeps its own span.
        int address = line[from..end].IndexOf("address", StringComparison.Ordinal);
        if (address >= 0)
        {
            end = from + address;
        }

        Add(start + from, line[from..end].TrimEnd().Length, SpanKind.Error, null);
        return end;
    }

    private void AddModules(ReadOnlySpan<char> line, int from, int start)
    {
        int position = from;
        while (position < line.Length)
        {
            while (position < line.Length && line[position] == ' ')
            {
                position++;
            }

            int end = position;
            while (end < line.Length && (char.IsAsciiLetterOrDigit(line[end]) || line[end] is '_' or '-'))
            {
                end++;
            }

            if (end == position)
            {
                // "[last unloaded: x]" or something unknown ends the list.
                return;
            }

            string name = line[position..end].ToString();
            Add(start + position, end - position, SpanKind.Module, new SpanTarget { Module = name });
            if (_modules.Count < 4096)
            {
                _modules.Add(name);
            }

            position = end;
            while (position < line.Length && line[position] != ' ')
            {
                position++;
            }
        }
    }

    private bool AddFrames(int number, ReadOnlySpan<char> line, int from, int start, LogLineKind kind, int covered)
    {
        if (kind is LogLineKind.Modules or LogLineKind.Code or LogLineKind.Cpu)
        {
            return false;
        }

        SpanTarget? first = null;
        bool isReliable = true;
        int search = Math.Max(from, Math.Min(covered, line.Length));
        if (SymbolToken.Find(line, search) is not { } next)
        {
            return false;
        }

        AddBracketAddresses(line, search, next.Start, start);
        SymbolToken? token = next;
        while (token is { } symbol)
        {
            SpanTarget target = TargetOf(line, from, symbol, kind);
            if (first is null)
            {
                isReliable = !IsMarkedUnreliable(line, from, symbol.Start, start);
                bool isStackFrame = kind == LogLineKind.Other && isReliable;
                bool isRepeated = !target.IsReturnAddress && _sections.NextFrame > 0;
                if (isStackFrame && !isRepeated)
                {
                    target = target with { FrameIndex = _sections.NextFrame };
                    _sections.CountFrame();
                }

                first = target;
            }

            Add(start + symbol.Start, symbol.End - symbol.Start, SpanKind.Function, target);
            int end = symbol.End;
            if (symbol.ModuleStart >= 0)
            {
                Add(start + symbol.ModuleStart, symbol.ModuleLength, SpanKind.Module, new SpanTarget { Module = target.Module });
                end = symbol.ModuleStart + symbol.ModuleLength;
            }

            token = SymbolToken.Find(line, end);
        }

        Add(start, line.Length, SpanKind.Frame, first);
        _frames.Add(new LogFrame(number, first!, isReliable));
        return true;
    }

    private static SpanTarget TargetOf(ReadOnlySpan<char> line, int from, SymbolToken symbol, LogLineKind kind)
    {
        ReadOnlySpan<char> before = line[from..symbol.Start];
        bool isPc = before.StartsWith("RIP", StringComparison.Ordinal) || before.StartsWith("EIP", StringComparison.Ordinal)
            || before.StartsWith("IP:", StringComparison.Ordinal) || before.StartsWith("pc :", StringComparison.Ordinal)
            || before.StartsWith("PC is at", StringComparison.Ordinal) || before.StartsWith("NIP", StringComparison.Ordinal)
            || before.StartsWith("epc :", StringComparison.Ordinal) || before.StartsWith("Krnl PSW", StringComparison.Ordinal)
            || kind is LogLineKind.Problem or LogLineKind.ProblemDetail;
        ulong? address = null;
        int open = before.LastIndexOf("[<", StringComparison.Ordinal);
        int position = from + open + 2;
        if (open >= 0 && SymbolToken.TryReadHex(line, ref position, out ulong value) && position < line.Length && line[position] == '>')
        {
            address = value;
        }

        return new SpanTarget
        {
            Address = address is { } known ? new VirtAddr(known) : null,
            Symbol = line.Slice(symbol.Start, symbol.NameLength).ToString(),
            Offset = symbol.SymbolOffset,
            Size = symbol.SymbolSize,
            Module = symbol.ModuleStart >= 0 ? line.Slice(symbol.ModuleStart, symbol.ModuleLength).ToString() : null,
            IsReturnAddress = !isPc,
        };
    }

    // "? fn+0x1/0x2": the unwinder did not go through it.
    private bool IsMarkedUnreliable(ReadOnlySpan<char> line, int from, int symbolStart, int start)
    {
        int mark = symbolStart - 1;
        while (mark >= from && line[mark] is ' ' or '(')
        {
            mark--;
        }

        if (mark < from || line[mark] != '?')
        {
            return false;
        }

        Add(start + mark, 1, SpanKind.Proof, null);
        return true;
    }

    // [<ffffffff81234567>] before the name.
    private void AddBracketAddresses(ReadOnlySpan<char> line, int from, int end, int start)
    {
        int search = from;
        while (search < end)
        {
            int open = line[search..end].IndexOf("[<", StringComparison.Ordinal);
            if (open < 0)
            {
                return;
            }

            int position = search + open + 2;
            int digits = position;
            if (SymbolToken.TryReadHex(line, ref position, out ulong value))
            {
                Add(start + digits, position - digits, SpanKind.Address, new SpanTarget { Address = new VirtAddr(value) });
            }

            search = Math.Max(position, search + open + 2);
        }
    }

    private bool AddRegisters(ReadOnlySpan<char> line, int from, int start, bool hasFrame)
    {
        if (hasFrame)
        {
            return false;
        }

        int found = 0;
        int search = from;
        while (LogRegisters.Find(line, search) is { } pair)
        {
            var value = new VirtAddr(pair.Value);
            var target = new SpanTarget { Register = line.Slice(pair.NameStart, pair.NameLength).ToString(), Address = value };
            Add(start + pair.NameStart, pair.NameLength, SpanKind.Register, target);
            Add(start + pair.ValueStart, pair.ValueLength, SpanKind.Address, target);
            search = pair.ValueStart + pair.ValueLength;
            found++;
        }

        return found > 0;
    }

    // 0xffff888012345678 and bare 16-digit words.
    private void AddAddresses(ReadOnlySpan<char> line, int from, int start)
    {
        int position = from;
        while (position < line.Length)
        {
            if (!char.IsAsciiHexDigit(line[position]))
            {
                position++;
                continue;
            }

            int wordEnd = position;
            while (wordEnd < line.Length && SymbolToken.IsNameCharacter(line[wordEnd]))
            {
                wordEnd++;
            }

            bool isWordStart = position == from || !SymbolToken.IsNameCharacter(line[position - 1]);
            if (isWordStart)
            {
                AddAddressWord(line, position, wordEnd, start);
            }

            position = wordEnd;
        }

        if (FindSource(line, from) is { } source)
        {
            AddSource(line, source, start);
        }
    }

    private void AddAddressWord(ReadOnlySpan<char> line, int wordStart, int wordEnd, int start)
    {
        while (wordEnd > wordStart && line[wordEnd - 1] == '.')
        {
            wordEnd--;
        }

        bool hasPrefix = line[wordStart..wordEnd].StartsWith("0x", StringComparison.Ordinal);
        int position = hasPrefix ? wordStart + 2 : wordStart;
        int digits = wordEnd - position;
        AddressMeaning meaning = AddressWords.MeaningBefore(line[..wordStart]);
        bool isTold = meaning != AddressMeaning.Virtual && hasPrefix && digits is > 0 and <= 16;
        if ((!isTold && (hasPrefix ? digits is < 8 or > 16 : digits != 16))
            || !SymbolToken.TryReadHex(line, ref position, out ulong value) || position != wordEnd)
        {
            return;
        }

        Add(start + wordStart, wordEnd - wordStart, SpanKind.Address, new SpanTarget { Address = new VirtAddr(value), Meaning = meaning });
    }

    private void AddSource(ReadOnlySpan<char> line, (int Start, int Length, int Colon) source, int start)
    {
        string file = line[source.Start..source.Colon].ToString();
        int number = int.Parse(line[(source.Colon + 1)..(source.Start + source.Length)], NumberStyles.None, CultureInfo.InvariantCulture);
        Add(start + source.Start, source.Length, SpanKind.Source, new SpanTarget { Source = new SourceLocation(file, number, 0, string.Empty) });
    }

    // fs/inode.c:123 as WARN and BUG print it.
    private static (int Start, int Length, int Colon)? FindSource(ReadOnlySpan<char> line, int from)
    {
        int search = from;
        while (search < line.Length)
        {
            int colon = line[search..].IndexOf(':');
            if (colon < 0)
            {
                return null;
            }

            colon += search;
            int start = colon;
            while (start > search && colon - start < 512 && (SymbolToken.IsNameCharacter(line[start - 1]) || line[start - 1] is '/' or '-' or '+' or '~'))
            {
                start--;
            }

            int end = colon + 1;
            while (end < line.Length && end - colon <= 7 && char.IsAsciiDigit(line[end]))
            {
                end++;
            }

            ReadOnlySpan<char> file = line[start..colon];
            bool isSource = file.EndsWith(".c", StringComparison.Ordinal) || file.EndsWith(".h", StringComparison.Ordinal)
                || file.EndsWith(".S", StringComparison.Ordinal) || file.EndsWith(".rs", StringComparison.Ordinal);
            if (isSource && file.Length > 2 && end > colon + 1)
            {
                return (start, end - start, colon);
            }

            search = colon + 1;
        }

        return null;
    }

    private void Add(int start, int length, SpanKind kind, SpanTarget? target)
    {
        if (length > 0)
        {
            _spans.Add(new TextSpan(start, length, kind, target));
        }
    }
}
