// CapabilityNames: capabilities by number.
namespace VaQuest.Kernel.Tasks;

/// <summary>include/uapi/linux/capability.h: numbers are never reused.</summary>
public static class CapabilityNames
{
    private const string Names =
        "CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN "
        + "NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME "
        + "SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON "
        + "BPF CHECKPOINT_RESTORE";

    private static readonly Lazy<(ulong Bit, string Name)[]> s_names =
        new(() => [.. Names.Split(' ').Select((name, number) => (1UL << number, "CAP_" + name))]);

    /// <summary>"none", "all" when every capability that has a name is there, else names; unknown bits as a number.</summary>
    public static IReadOnlyList<string> NamesOf(ulong set)
    {
        ulong all = (1UL << s_names.Value.Length) - 1;
        return set == 0 ? ["none"] : set == all ? ["all"] : FlagNames.Of(set, s_names.Value);
    }
}
