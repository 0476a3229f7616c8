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
