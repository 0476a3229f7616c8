// ElfProducer: who wrote an ELF vmcore, by its notes.
using VaQuest.Dumps.Formats.Elf.Wire;
using VaQuest.Dumps.Formats.Netdump;

namespace VaQuest.Dumps.Formats.Elf;

/// <summary>Producers have quirks; knowing which one wrote a file explains what is missing from it.</summary>
/// <param name="Kind">The producer.</param>
/// <param name="Description">Its name for people.</param>
internal sealed record ElfProducer(ElfProducerKind Kind, string Description)
{
    private const uint ProcessInfoType = 3;
    private const uint TaskStructType = 4;
    private const uint XenCrashInfoType = 0x1000001;

    public static ElfProducer Of(IReadOnlyList<DumpNote> notes, List<ProgramHeader> headers)
    {
        bool Has(string name, uint? type = null) => notes.Any(note => note.Name == name && (type is null || note.Type == type));
        if (Has("Xen", XenCrashInfoType))
        {
            return new(ElfProducerKind.XenHost, "kdump of a Xen host");
        }

        if (Has("SNAP"))
        {
            return new(ElfProducerKind.Snap, "crash's snap extension, from a running system");
        }

        if (Has("VBCORE"))
        {
            return new(ElfProducerKind.VirtualBox, "VirtualBox");
        }

        if (Has("QEMU"))
        {
            return new(ElfProducerKind.Qemu, "QEMU dump-guest-memory");
        }

        if (Has("CORE", ProcessInfoType) && Has("CORE", TaskStructType))
        {
            return new(ElfProducerKind.Kcore, "/proc/kcore, from a running system");
        }

        return NetdumpRules.IsNetdump(notes, headers)
            ? new(ElfProducerKind.Netdump, "netdump's server or diskdump's savecore")
            : Has("VMCOREINFO") ? new(ElfProducerKind.Kdump, "kdump") : new(ElfProducerKind.Unknown, "unknown");
    }
}
