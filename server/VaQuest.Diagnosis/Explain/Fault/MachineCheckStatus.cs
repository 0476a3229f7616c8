// MachineCheckStatus: the bits of IA32_MCi_STATUS in words.
namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>Intel SDM volume 3B, 16.3.2.2 and table 16-9 (compound error codes).</summary>
internal static class MachineCheckStatus
{
    public static string Describe(ulong status)
    {
        bool isUncorrected = Bit(status, 61);
        string severity = isUncorrected ? "an uncorrected error" : "a corrected error";
        string context = Bit(status, 57) ? ", after which the CPU's context is corrupt" : "";
        string more = Bit(status, 62) ? ", with earlier ones lost" : "";
        string code = FormattableString.Invariant($"code 0x{status & 0xffff:x}: {CodeOf((uint)(status & 0xffff))}");
        return $"{severity} ({code}){context}{more}";
    }

    /// <summary>True when IA32_MCi_ADDR holds the error's address.</summary>
    public static bool HasAddress(ulong status) => Bit(status, 58);

    /// <summary>The flags of IA32_MCi_STATUS that are set (SDM 3B, figure 16-6).</summary>
    public static string Flags(ulong status) => Join(status,
        (63, "valid"), (62, "an earlier error was overwritten"), (61, "uncorrected"), (60, "reporting was on"), (59, "more in MISC"), (58, "address in ADDR"),
        (57, "the processor's context is corrupt"), (56, "signalled"), (55, "software must act"));

    /// <summary>The flags of IA32_MCG_STATUS that are set (SDM 3B, 16.3.1.2).</summary>
    public static string GlobalFlags(ulong status) => Join(status,
        (0, "the program can go on where it was stopped"), (1, "the instruction it was stopped at belongs to the error"), (2, "a machine check is in progress"), (3, "it was sent to this CPU alone"));

    private static string Join(ulong status, params ReadOnlySpan<(int Bit, string Text)> flags)
    {
        var set = new List<string>();
        foreach ((int bit, string text) in flags)
        {
            if (Bit(status, bit))
            {
                set.Add(text);
            }
        }

        return set.Count == 0 ? "no flag is set" : string.Join(", ", set);
    }

    private static bool Bit(ulong status, int bit) => ((status >> bit) & 1) != 0;

    private static string CodeOf(uint code) => (code & ~0x1000u) switch
    {
        0 => "no error is named",
        1 => "unclassified",
        2 => "parity error in the microcode",
        3 => "error signalled by another agent",
        4 => "functional redundancy check",
        5 => "internal parity error",
        0x400 => "internal timer",
        var other when (other & 0xfc00) == 0x400 => "internal, unclassified",
        var other when (other & 0xfff0) == 0x0010 => "translation look-aside buffer",
        var other when (other & 0xff80) == 0x0080 => "memory controller",
        var other when (other & 0xff00) == 0x0100 => "cache",
        var other when (other & 0xf800) == 0x0800 => "bus or interconnect",
        var other when (other & 0xfff0) is 0x0000 or 0x000c => "cache",
        _ => "of the processor's own kind",
    };
}
