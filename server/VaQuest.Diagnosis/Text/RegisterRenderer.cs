// RegisterRenderer: a register set as lines.
using VaQuest.Binary;

namespace VaQuest.Diagnosis.Text;

/// <summary>Renders registers, four in a line, each with its value as an address.</summary>
internal static class RegisterRenderer
{
    private const int PerLine = 4;

    private const int Indent = 9;

    private const int CellWidth = 23;

    /// <summary>The order of the kernel's own register dump on x86; other registers follow in the order they come in.</summary>
    private static readonly string[] s_order =
    [
        "rip", "rsp", "rflags", "eip", "esp", "eflags", "cr2", "eax", "ebx", "ecx", "edx", "esi", "edi", "ebp", "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
    ];

    /// <summary>Segments and the system call's number say nothing of a fault in the kernel.</summary>
    private static readonly string[] s_hidden = ["cs", "ss", "ds", "es", "fs", "gs", "orig_rax", "orig_eax", "fs_base", "gs_base"];

    public static void Render(AnnotatedTextBuilder text, IReadOnlyList<KeyValuePair<string, ulong>> registers)
    {
        int start = text.Line;
        int cell = 0;
        foreach ((string name, ulong value) in registers.Where(r => !s_hidden.Contains(r.Key)).OrderBy(r => Rank(r.Key)))
        {
            int column = Indent + (cell % PerLine * CellWidth);
            var target = new SpanTarget { Register = name, Address = new VirtAddr(value) };
            text.Pad(column, 0).Write(name is "rflags" or "eflags" ? "efl" : name, SpanKind.Register, target).Pad(column + 4);
            text.Write(Words.FullHex(value), SpanKind.Address, target);
            if (++cell % PerLine == 0)
            {
                text.EndLine();
            }
        }

        if (cell % PerLine != 0)
        {
            text.EndLine();
        }

        text.AddSection("Registers", "", SectionKind.Registers, start, 1);
    }

    private static int Rank(string name)
    {
        int rank = Array.IndexOf(s_order, name);
        return rank < 0 ? s_order.Length : rank;
    }
}
