// LogRegisters: NAME: value pairs of register dumps.
using System.Collections.Frozen;

namespace VaQuest.Diagnosis.Logs;

/// <summary>Names of the registers that show_regs prints on the architectures Linux runs on.</summary>
internal static class LogRegisters
{
    private static readonly FrozenSet<string> s_names = Names().ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> s_lookup =
        s_names.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>One pair; positions count from the line's start.</summary>
    internal readonly record struct Pair(int NameStart, int NameLength, int ValueStart, int ValueLength, ulong Value);

    /// <summary>The next pair at or behind <paramref name="from"/>, or null.</summary>
    public static Pair? Find(ReadOnlySpan<char> line, int from)
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
            if (TryParse(line, search, colon, out Pair pair))
            {
                return pair;
            }

            search = colon + 1;
        }

        return null;
    }

    private static bool TryParse(ReadOnlySpan<char> line, int from, int colon, out Pair pair)
    {
        pair = default;
        int nameEnd = colon;
        while (nameEnd > from && colon - nameEnd < 4 && line[nameEnd - 1] == ' ')
        {
            nameEnd--;
        }

        int nameStart = nameEnd;
        while (nameStart > from && nameEnd - nameStart < 10 && (char.IsAsciiLetterOrDigit(line[nameStart - 1]) || line[nameStart - 1] == '_'))
        {
            nameStart--;
        }

        if (nameStart == nameEnd || !s_lookup.Contains(line[nameStart..nameEnd]))
        {
            return false;
        }

        int position = colon + 1;
        while (position < line.Length && position - colon < 4 && line[position] == ' ')
        {
            position++;
        }

        // RSP: 0018:ffffc90000000000 — a selector goes before the value.
        if (position + 5 < line.Length && line[position + 4] == ':' && AllHex(line.Slice(position, 4)))
        {
            position += 5;
        }

        if (line[Math.Min(position, line.Length)..].StartsWith("0x", StringComparison.Ordinal))
        {
            position += 2;
        }

        int valueStart = position;
        if (!SymbolToken.TryReadHex(line, ref position, out ulong value) || (position - valueStart) is not (4 or 8 or 16)
            || (position < line.Length && (SymbolToken.IsNameCharacter(line[position]) || line[position] == '+')))
        {
            return false;
        }

        pair = new Pair(nameStart, nameEnd - nameStart, valueStart, position - valueStart, value);
        return true;
    }

    private static bool AllHex(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (!char.IsAsciiHexDigit(c))
            {
                return false;
            }
        }

        return true;
    }

    private static IEnumerable<string> Names()
    {
        // x86
        foreach (string name in "rax rbx rcx rdx rsi rdi rbp rsp rip eax ebx ecx edx esi edi ebp esp eip orig_rax eflags rflags cs ds es fs gs ss kngs knlgs ssp pkru cr0 cr2 cr3 cr4 cr8".Split(' '))
        {
            yield return name;
        }

        // arm, arm64, riscv, powerpc, s390, loongarch
        foreach (string name in "pc lr sp fp ip ra gp tp epc psr pstate spsr far esr nip ctr xer msr dar dsisr cfar status badaddr cause era badv".Split(' '))
        {
            yield return name;
        }

        foreach ((string prefix, int count) in new[] { ("r", 32), ("x", 31), ("dr", 8), ("t", 9), ("s", 12), ("a", 8), ("u", 10) })
        {
            for (int i = 0; i < count; i++)
            {
                yield return FormattableString.Invariant($"{prefix}{i}");
                if (prefix == "r" && i < 10)
                {
                    yield return FormattableString.Invariant($"r0{i}");
                }
            }
        }
    }
}
