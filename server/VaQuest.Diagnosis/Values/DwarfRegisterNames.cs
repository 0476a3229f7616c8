// DwarfRegisterNames: names of the registers that debug information numbers.
namespace VaQuest.Diagnosis.Values;

/// <summary>For messages only.</summary>
internal static class DwarfRegisterNames
{
    /// <summary>x86-64 psABI, figure 3.36.</summary>
    private static readonly string[] s_x86 =
        ["rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "rip"];

    public static string NameOf(string architecture, int number) => architecture == "x86_64" && (uint)number < (uint)s_x86.Length
        ? s_x86[number] : FormattableString.Invariant($"{number}");

    /// <summary>True for registers that a function gives back as it found them: rbx, rbp, rsp and r12 to r15.</summary>
    public static bool IsCalleeSaved(string architecture, int number) => architecture == "x86_64" && number is 3 or 6 or (>= 12 and <= 15);
}
